import BinaryIO
import Foundation
import MDSFormat
import PythonJSON
import ShardCompression
import ShardFormats
import ShardHashing
import TestSupport
import Testing

@Suite struct MDSBuilderTests {
  static func cases() -> [String] {
    guard let root = Golden.path else { return [] }
    return ((try? FileManager.default.contentsOfDirectory(atPath: root + "/writer")) ?? []).sorted()
      .filter { $0.hasPrefix("mds-") }
  }

  /// A writer case: what upstream was given and what it made.
  struct Case {
    let folder: String
    let json: JSONValue

    init(_ name: String) throws {
      folder = try #require(Golden.path) + "/writer/" + name
      let text = Array(try #require(FileManager.default.contents(atPath: folder + "/case.json")))
      json = try JSONValue(parsing: text.span.bytes)
    }

    func expected(_ name: String) throws -> [UInt8] {
      Array(try #require(FileManager.default.contents(atPath: folder + "/expected/" + name), "\(name)"))
    }

    func settings() throws -> ShardSettings {
      let options = json["writer"]?.object ?? [:]
      var settings = ShardSettings()
      if let name = options["compression"]?.string { settings.compression = try Codec(parsing: name) }
      settings.hashes = try HashAlgorithm.list(parsing: (options["hashes"]?.array ?? []).compactMap(\.string))
      switch options["size_limit"] {
      case .string(let text): settings.sizeLimit = try ByteCount(parsing: text).value
      case .integer(let limit): settings.sizeLimit = Int(exactly: limit)
      case .null: settings.sizeLimit = nil
      default: break
      }
      return settings
    }

    func format() throws -> MDS {
      var columns: [String: Encoding] = [:]
      for column in json["columns"]?.array ?? [] {
        columns[column[0]?.string ?? ""] = try Encoding(parsing: column[1]?.string ?? "")
      }
      return try MDS(columns: columns, settings: settings())
    }

    func samples() throws -> [[String: ColumnValue]] {
      var samples: [[String: ColumnValue]] = []
      for sample in json["samples"]?.array ?? [] {
        var values: [String: ColumnValue] = [:]
        for pair in sample.array ?? [] {
          values[pair[0]?.string ?? ""] = try GoldenValues.value(pair[1] ?? .null)
        }
        samples.append(values)
      }
      return samples
    }
  }

  @Test(
    "makes upstream's bytes", .enabled(if: Golden.path != nil, "needs the golden data"), arguments: cases())
  func golden(name: String) throws {
    let one = try Case(name)
    let format = try one.format()
    var builder = MDSShardBuilder(format: format)
    var shards: [ShardFiles] = []
    for sample in try one.samples() {
      if let full = try builder.add(sample) { shards.append(full) }
    }
    if let last = try builder.finish() { shards.append(last) }

    let hashes = try one.settings().hashes
    func info(_ name: String, _ bytes: [UInt8]) -> FileInfo {
      let digests = hashes.map { FileHash(algorithm: $0.name, hex: $0.digest(of: bytes.span.bytes).hex) }
      return FileInfo(basename: name, byteCount: bytes.count, hashes: digests)
    }
    var index = DatasetIndex()
    for (number, shard) in shards.enumerated() {
      let data = shard.data
      let basename = ShardFormatName.mds.basename(shard: number)
      if let codec = format.schema.compression {
        let zipName = basename + "." + codec.fileExtension
        let zip = try one.expected(zipName)
        let unzipped = try codec.decompress(zip.span.bytes, expecting: data.count)
        #expect(unzipped == data, "\(basename)")
        try index.append(
          format.info(
            sampleCount: shard.sampleCount, rawData: info(basename, data), zipData: info(zipName, zip)))
      } else {
        let expected = try one.expected(basename)
        #expect(expected == data, "\(basename)")
        try index.append(format.info(sampleCount: shard.sampleCount, rawData: info(basename, data)))
      }
    }
    let text = try one.expected("index.json")
    #expect(String(decoding: index.encoded(), as: UTF8.self) == String(decoding: text, as: UTF8.self))
  }

  @Test("refuses what upstream refuses, and stays usable")
  func refusals() throws {
    let format = try MDS(columns: ["a": .int, "b": .str])
    var builder = MDSShardBuilder(format: format)
    func expect(_ code: ShardError.Code, column: String, _ sample: [String: ColumnValue]) {
      let error = thrown { _ = try builder.add(sample) }
      #expect(error?.code == code)
      #expect(error?.column == column)
    }
    expect(.noSuchColumn, column: "b", ["a": 1])
    expect(.wrongType, column: "a", ["a": "1", "b": "x"])
    expect(.wrongType, column: "b", ["a": 1, "b": 2])
    expect(.wrongType, column: "a", ["a": .bytes([1, 2]), "b": "x"])
    expect(.tooLarge, column: "a", ["a": .bigInt(JSONInteger(UInt64.max)), "b": "x"])
    #expect(builder.sampleCount == 0)
    #expect(builder.byteCount == format.emptyByteCount)
    _ = try builder.add(["a": 1, "b": "x", "ignored": 3])
    #expect(builder.sampleCount == 1)
    let files = try #require(try builder.finish())
    #expect(files.sampleCount == 1)
    #expect(try builder.finish() == nil)

    for limit in [-1, 1 << 32, .min, .max] {
      #expect {
        _ = try MDS(columns: ["a": .int], settings: ShardSettings(sizeLimit: limit))
      } throws: { ($0 as? ShardError)?.code == .badOption }
    }
    #expect {
      _ = try MDS(columns: ["a": .int], settings: ShardSettings(hashes: [.sha1, .md5]))
    } throws: { ($0 as? ShardError)?.code == .badOption }
    #expect {
      _ = try MDS(columns: ["a": .float])
    } throws: { ($0 as? ShardError)?.code == .unknownEncoding }
  }

  @Test("tells sizes as a plain sum does, for every layout of up to 4 columns", arguments: 0...4)
  func layouts(columnCount: Int) throws {
    let encodings: [Encoding] = [
      .str, .int, .uint8, .ndarray(try NDArrayLayout(type: .float32, shape: [2, 3])),
    ]
    let combinations = Int(pow(Double(encodings.count), Double(columnCount)))
    for combination in 0..<combinations {
      var rest = combination
      let specs = (0..<columnCount).map { number in
        defer { rest /= encodings.count }
        return ColumnSpec(name: "c\(number)", encoding: encodings[rest % encodings.count])
      }
      let format = try MDS(columns: Dictionary(uniqueKeysWithValues: specs.map { ($0.name, $0.encoding) }))
      var sample: [UInt8] = []
      var values: [String: ColumnValue] = [:]
      for (number, spec) in specs.enumerated() {
        let bytes = Array(repeating: UInt8(number + 1), count: spec.fixedByteCount ?? number * 3)
        values[spec.name] = .bytes(bytes)
      }
      try format.encode(values, into: &sample)
      let layout = MDSLayout(specs)
      for (number, spec) in specs.enumerated() {
        let found = layout.range(of: number, in: sample.span.bytes)
        let range = try #require(found)
        #expect(
          sample[range] == ArraySlice(repeating: UInt8(number + 1), count: spec.fixedByteCount ?? number * 3))
      }
      if columnCount > 0 {
        let longer = sample + [0]
        let shorter = Array(sample.dropLast())
        let ranges = [longer, shorter].map { layout.range(of: 0, in: $0.span.bytes) }
        #expect(ranges == [nil, nil])
      }
    }
  }
}
