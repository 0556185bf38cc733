import BinaryIO
import DelimitedFormats
import Foundation
import PythonJSON
import ShardCompression
import ShardFormats
import TestSupport
import Testing

/// A text shard in memory.
struct Shard {
  var name: String
  var info: ShardInfo
  var data: [UInt8]
  var meta: [UInt8]

  /// Opens it from files in `directory`.
  func open(in directory: String) throws -> TextShard {
    let paths = (directory + "/data", directory + "/meta")
    try Data(data).write(to: URL(fileURLWithPath: paths.0))
    try Data(meta).write(to: URL(fileURLWithPath: paths.1))
    return try TextShard(data: MappedFile(path: paths.0), meta: MappedFile(path: paths.1), info: info)
  }

  /// Every text shard of the golden data sets, decompressed.
  static func golden() throws -> [Shard] {
    guard let root = Golden.path else { return [] }
    var shards: [Shard] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: root + "/formats").sorted() {
      let folder = "\(root)/formats/\(name)/data/"
      guard !name.hasPrefix("mds"), let json = FileManager.default.contents(atPath: folder + "index.json")
      else { continue }
      let text = Array(json)
      for info in try DatasetIndex(parsing: text.span.bytes, file: name).shards {
        var files: [[UInt8]] = []
        for (raw, zip) in info.files {
          var bytes = Array(
            try #require(FileManager.default.contents(atPath: folder + (zip ?? raw).basename)))
          if zip != nil, let codec = info.compression {
            bytes = try codec.decompress(bytes.span.bytes, expecting: raw.byteCount)
          }
          files.append(bytes)
        }
        shards.append(
          Shard(name: name + "/" + info.rawData.basename, info: info, data: files[1], meta: files[0]))
      }
    }
    return shards
  }

  static func make<Format: ShardFormat>(_ format: Format, _ samples: [[String: ColumnValue]]) throws -> Shard
  {
    var builder = ShardBuilder(format: format)
    for sample in samples { _ = try builder.add(sample) }
    let files = try #require(try builder.finish())
    let meta = try #require(files.meta)
    return Shard(
      name: "made",
      info: format.info(
        sampleCount: files.sampleCount, rawData: FileInfo(basename: "d", byteCount: files.dataByteCount),
        rawMeta: FileInfo(basename: "m", byteCount: meta.count)), data: files.data, meta: meta)
  }
}

func thrown(_ body: () throws -> Void) -> ShardError? {
  do {
    try body()
    return nil
  } catch {
    return error as? ShardError
  }
}

@Suite struct TextShardTests {
  @Test(
    "reads every golden shard as a naive split of its file",
    .enabled(if: Golden.path != nil, "needs the golden data"))
  func golden() throws {
    let shards = try Shard.golden()
    #expect(shards.count > 20)
    try withTemporaryDirectory { directory in
      for shard in shards {
        let reader = try shard.open(in: directory)
        let expected = try NaiveTextReader.read(shard.data, shard.info.schema)
        #expect(reader.count == expected.count, "\(shard.name)")
        for index in expected.indices {
          let sample = try reader.sample(at: index)
          for column in reader.columns.indices {
            let bytes = try sample.bytes(column: column).copied()
            if shard.info.format == .json {
              let value = try JSONValue(parsing: bytes.span.bytes)
              #expect(
                String(decoding: value.encoded(sortingKeys: false), as: UTF8.self) == expected[index][column])
            } else {
              #expect(bytes == Array(expected[index][column].utf8), "\(shard.name) \(index)")
            }
          }
        }
      }
    }
  }

  @Test(
    "writes golden shards again, byte for byte", .enabled(if: Golden.path != nil, "needs the golden data"))
  func rewrites() throws {
    try withTemporaryDirectory { directory in
      for shard in try Shard.golden() {
        let reader = try shard.open(in: directory)
        let schema = shard.info.schema
        var samples: [[String: ColumnValue]] = []
        for index in 0..<reader.count { samples.append(try reader.sample(at: index).values()) }
        let columns = Dictionary(uniqueKeysWithValues: schema.columns.map { ($0.name, $0.encoding) })
        let files = try Self.assemble(schema, columns, samples)
        #expect(files.data == shard.data, "\(shard.name)")
        // The configuration in .meta carries compression and hashes too, so compare what lies before it.
        let offsets = 8 + 4 * reader.count
        #expect(files.meta?.prefix(offsets) == shard.meta.prefix(offsets), "\(shard.name)")
        if schema.compression == nil, schema.hashes.isEmpty {
          #expect(files.meta == shard.meta, "\(shard.name)")
        }
      }
    }
  }

  static func assemble(
    _ schema: ShardSchema, _ columns: [String: Encoding], _ samples: [[String: ColumnValue]]
  ) throws -> ShardFiles {
    func build(_ format: some ShardFormat) throws -> ShardFiles {
      var lines: [UInt8] = []
      var ends: [Int] = []
      for sample in samples {
        try format.encode(sample, into: &lines)
        ends.append(lines.count)
      }
      let frame = try format.frame(ends)
      return ShardFiles(sampleCount: ends.count, data: frame.head + lines, meta: frame.meta)
    }
    let newline = schema.newline ?? "\n"
    let settings = ShardSettings(sizeLimit: schema.sizeLimit)
    switch schema.format {
    case .csv: return try build(try CSV(columns: columns, newline: newline, settings: settings))
    case .tsv: return try build(try TSV(columns: columns, newline: newline, settings: settings))
    case .json: return try build(try JSONLines(columns: columns, newline: newline, settings: settings))
    default:
      return try build(
        try XSV(columns: columns, separator: schema.separator ?? "", newline: newline, settings: settings))
    }
  }

  @Test(
    "never traps and never invents a line, whatever is damaged",
    .enabled(if: Golden.path != nil, "needs the golden data"))
  func mutations() throws {
    try withTemporaryDirectory { directory in
      var formats: Set<ShardFormatName> = []
      let seed = Int.random(in: 0..<385)  // which bytes: all of them over some runs
      for shard in try Shard.golden()
      where shard.data.count < 400 && formats.insert(shard.info.format).inserted {
        func read(_ mutant: Shard) {
          guard let reader = try? mutant.open(in: directory) else { return }
          for index in 0..<reader.count {
            _ = thrown {
              let sample = try reader.sample(at: index)
              for column in reader.columns.indices { _ = thrown { _ = try sample.value(column: column) } }
            }
          }
        }
        for place in stride(from: seed % 5, to: shard.data.count, by: 5) {
          for value in [0xFF, shard.data[place] ^ 1, [0x22, 0x5C, 0x0A, 0][place % 4]] as [UInt8] {
            var mutant = shard
            mutant.data[place] = value
            read(mutant)
          }
        }
        for place in 0..<min(shard.meta.count, 12 + 4 * shard.info.sampleCount) {
          for value in [0, 0xFF, shard.meta[place] ^ 1] as [UInt8] {
            var mutant = shard
            mutant.meta[place] = value
            read(mutant)
          }
        }
        for length in stride(from: seed % 11, to: shard.data.count, by: 11) {
          var mutant = shard
          mutant.data.removeSubrange(length...)
          read(mutant)
          mutant.info.rawData.byteCount = length
          read(mutant)
        }
        for length in stride(from: seed % 7, to: shard.meta.count, by: 7) {
          var mutant = shard
          mutant.meta.removeSubrange(length...)
          mutant.info.rawMeta?.byteCount = length
          read(mutant)
        }
      }
      #expect(formats.count >= 3)
    }
  }

  @Test("names the place of what is wrong")
  func places() throws {
    let made = try Shard.make(
      CSV(columns: ["n": .int, "t": .str]), [["n": 1, "t": "a"], ["n": 2, "t": "b"], ["n": 3, "t": "c"]])
    #expect(String(decoding: made.data, as: UTF8.self) == "n,t\n1,a\n2,b\n3,c\n")
    try withTemporaryDirectory { directory in
      _ = try made.open(in: directory)
      let described = try TextShard.describe(
        data: MappedFile(path: directory + "/data"), dataBasename: "d", meta: MappedFile(path: directory + "/meta"),
        metaBasename: "m")
      #expect(described == made.info)
      func expect(
        _ code: ShardError.Code, at byteOffset: Int?, sample: Int? = nil, _ change: (inout Shard) -> Void
      ) {
        var mutant = made
        change(&mutant)
        let error = thrown {
          let reader = try mutant.open(in: directory)
          for index in 0..<reader.count { _ = try reader.sample(at: index).values() }
        }
        #expect(error?.code == code)
        #expect(error?.byteOffset == byteOffset)
        #expect(error?.sample == sample)
      }
      expect(.disagreesWithIndex, at: 0) { $0.data[0] = UInt8(ascii: "m") }
      expect(.disagreesWithIndex, at: 0) { $0.info.sampleCount = 2 }
      expect(.disagreesWithIndex, at: 16) { $0.info.rawData.byteCount = 17 }
      expect(.disagreesWithIndex, at: nil) { $0.info.schema.format = .mds }
      expect(.badOffset, at: 4, sample: 0) { $0.meta[4] = 3 }
      expect(.badOffset, at: 12, sample: 2) { $0.meta[12] = 7 }
      expect(.badOffset, at: 16, sample: 2) { $0.meta[16] = 15 }
      expect(.badSample, at: 12, sample: 1) { $0.data[11] = UInt8(ascii: "x") }
      expect(.badSample, at: nil, sample: 1) { $0.data[9] = UInt8(ascii: "x") }
      expect(.badSample, at: nil, sample: 1) { $0.data[10] = UInt8(ascii: ",") }
      expect(.undecodable, at: nil, sample: 2) { $0.data[12] = UInt8(ascii: "x") }
      expect(.undecodable, at: nil, sample: 0) { $0.data[6] = 0xFF }
    }
  }

  @Test(
    "splits as Python does, separators that overlap themselves included",
    arguments: ["", "a", "aa", "aaa", "xaa", "aax", "xaay", "aaaa", "aaxaa", "bab", "ababab"],
    ["aa", "ab", "::"])
  func splitting(line: String, separator: String) throws {
    // Python: line.split(separator), leftmost matches that do not overlap.
    var parts = [""]
    var rest = line[...]
    while !rest.isEmpty {
      if rest.hasPrefix(separator) {
        parts.append("")
        rest = rest.dropFirst(separator.count)
      } else {
        parts[parts.count - 1].append(rest.removeFirst())
      }
    }
    let columns = Dictionary(uniqueKeysWithValues: parts.indices.map { ("\($0)", Encoding.str) })
    var made = try Shard.make(
      XSV(columns: columns, separator: separator), [columns.mapValues { _ in ColumnValue.string("") }])
    let empty = Array((Array(repeating: "", count: parts.count).joined(separator: separator) + "\n").utf8)
    made.data.replaceSubrange((made.data.count - empty.count)..., with: Array((line + "\n").utf8))
    made.info.rawData.byteCount = made.data.count
    let end = withUnsafeBytes(of: UInt32(made.data.count).littleEndian) { Array($0) }
    made.meta.replaceSubrange(8..<12, with: end)
    try withTemporaryDirectory { directory in
      let shard = try made.open(in: directory)
      let sample = try shard.sample(at: 0).values()
      for (number, part) in parts.enumerated() { #expect(sample["\(number)"] == .string(part)) }
    }
  }

  @Test("refuses what upstream refuses")
  func refusals() throws {
    let csv = try CSV(columns: ["t": .str, "f": .float, "n": .int])
    let good: [String: ColumnValue] = ["t": "x", "f": 1.5, "n": 7]
    var bytes: [UInt8] = []
    try csv.encode(good, into: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "1.5,7,x\n")
    for (column, value) in [
      ("t", "a,b"), ("t", "a\nb"), ("t", 1), ("f", 1), ("f", "1.5"), ("n", 1.5), ("n", "1"),
      ("t", .bytes([65])),
    ] as [(String, ColumnValue)] {
      var sample = good
      sample[column] = value
      let error = thrown { try csv.encode(sample, into: &bytes) }
      #expect(error?.code == .wrongType, "\(column) \(value)")
      #expect(error?.column == column)
    }
    let missing = thrown { try csv.encode(["t": "x"], into: &bytes) }
    #expect(missing?.code == .noSuchColumn)
    #expect(String(decoding: bytes, as: UTF8.self) == "1.5,7,x\n")
    let options = [
      thrown { _ = try CSV(columns: ["a,b": .str]) }, thrown { _ = try CSV(columns: ["a\nb": .str]) },
      thrown { _ = try XSV(columns: ["a": .str], separator: "") },
      thrown { _ = try CSV(columns: ["a": .str], newline: "") },
      thrown { _ = try JSONLines(columns: ["a": .str], newline: "") },
      thrown { _ = try CSV(columns: ["a": .bytes]) }, thrown { _ = try JSONLines(columns: ["a": .json]) },
    ]
    let codes: [ShardError.Code?] = [
      .badOption, .badOption, .badOption, .badOption, .badOption, .unknownEncoding, .unknownEncoding,
    ]
    #expect(options.map(\.?.code) == codes)
  }

  @Test("writes and reads as the README says")
  func readme() throws {
    try withTemporaryDirectory { directory in
      // snippet: delimited-formats
      var builder = ShardBuilder(format: try CSV(columns: ["name": .str, "score": .float]))
      _ = try builder.add(["name": "Ada", "score": 9.5])
      let files = try builder.finish()!
      try FileSystem.write(files.data.span.bytes, to: directory + "/shard.00000.csv")
      try FileSystem.write(files.meta!.span.bytes, to: directory + "/shard.00000.csv.meta")

      let info = builder.format.info(
        sampleCount: files.sampleCount,
        rawData: FileInfo(basename: "shard.00000.csv", byteCount: files.dataByteCount),
        rawMeta: FileInfo(basename: "shard.00000.csv.meta", byteCount: files.meta!.count))
      let shard = try TextShard(
        data: try MappedFile(path: directory + "/shard.00000.csv"),
        meta: try MappedFile(path: directory + "/shard.00000.csv.meta"), info: info)
      let score = try shard.sample(at: 0).double("score")
      // end snippet
      #expect(score == 9.5)
    }
  }
}
