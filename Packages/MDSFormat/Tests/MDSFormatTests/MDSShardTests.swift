import BinaryIO
import Foundation
import MDSFormat
import PythonJSON
import ShardCompression
import ShardFormats
import TestSupport
import Testing

@Suite struct MDSShardTests {
  /// Every MDS shard of the golden data sets: description and file, decompressed.
  static func goldenShards() throws -> [(name: String, info: ShardInfo, bytes: [UInt8])] {
    guard let root = Golden.path else { return [] }
    var shards: [(String, ShardInfo, [UInt8])] = []
    for name in try FileManager.default.contentsOfDirectory(atPath: root + "/formats").sorted() {
      let folder = "\(root)/formats/\(name)/data/"
      guard name.hasPrefix("mds"), let json = FileManager.default.contents(atPath: folder + "index.json")
      else { continue }
      for info in try DatasetIndex(parsing: Array(json).span.bytes, file: name).shards {
        let stored = info.zipData ?? info.rawData
        var bytes = Array(try #require(FileManager.default.contents(atPath: folder + stored.basename)))
        if info.zipData != nil, let codec = info.compression {
          bytes = try codec.decompress(bytes.span.bytes, expecting: info.rawData.byteCount)
        }
        shards.append((name + "/" + info.rawData.basename, info, bytes))
      }
    }
    return shards
  }

  /// Compares a shard's columns as bytes with the oracle's; `nil` from the oracle means that opening or reading must fail.
  static func compare(_ bytes: [UInt8], _ info: ShardInfo, path: String, name: String) throws {
    try bytes.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
    let expected = NaiveMDSReader.read(bytes, columns: info.columns)
    let file = try MappedFile(path: path)
    let shard: MDSShard
    do {
      shard = try MDSShard(file, info: info)
    } catch {
      #expect(
        expected == nil || bytes.count != info.rawData.byteCount || expected?.count != info.sampleCount,
        "\(name): \(error)")
      #expect(error.file == path)
      return
    }
    let samples = try #require(expected, "\(name)")
    #expect(shard.count == samples.count, "\(name)")
    for index in samples.indices {
      let sample = try shard.sample(at: index)
      for column in info.columns.indices {
        if let columns = samples[index] {
          let bytes = try sample.bytes(column: column).copied()
          #expect(bytes == columns[column], "\(name) \(index)")
          _ = try? sample.value(column: column)  // any value or error, but no trap
        } else {
          let error = thrown { _ = try sample.bytes(column: column) }
          #expect(error?.code == .badSample, "\(name) \(index)")
          #expect(error?.sample == index)
          #expect(error?.column == info.columns[column].name)
        }
      }
    }
  }

  @Test(
    "reads every golden shard as the oracle does", .enabled(if: Golden.path != nil, "needs the golden data"))
  func golden() throws {
    let shards = try Self.goldenShards()
    #expect(shards.count > 100)
    try withTemporaryDirectory { directory in
      for (name, info, bytes) in shards {
        try Self.compare(bytes, info, path: directory + "/shard", name: name)
      }
    }
  }

  @Test(
    "re-encodes every decoded golden value to the same bytes",
    .enabled(if: Golden.path != nil, "needs the golden data"))
  func reencodes() throws {
    try withTemporaryDirectory { directory in
      var count = 0
      for (name, info, bytes) in try Self.goldenShards() {
        let path = directory + "/shard"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let shard = try MDSShard(MappedFile(path: path), info: info)
        for index in 0..<shard.count {
          let sample = try shard.sample(at: index)
          for (number, column) in info.columns.enumerated() {
            var encoded: [UInt8] = []
            try column.encoding.encode(try sample.value(column: number), into: &encoded)
            let stored = try sample.bytes(column: number).copied()
            #expect(encoded == stored, "\(name) \(index) \(column.name)")
            count += 1
          }
        }
      }
      #expect(count > 1000)
    }
  }

  @Test(
    "agrees with the oracle, and never traps, whatever is damaged",
    .enabled(if: Golden.path != nil, "needs the golden data"))
  func mutations() throws {
    try withTemporaryDirectory { directory in
      let path = directory + "/shard"
      var random = SystemRandomNumberGenerator()
      let seed = random.next()
      var state = seed | 1
      func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
      }
      var seen: Set<[ColumnSpec]> = []
      var smallCount = 0
      for (name, info, bytes) in try Self.goldenShards() where seen.insert(info.columns).inserted {
        // A few small files: each byte, and each length. The others: places by chance.
        let isSmall = bytes.count < 300 && smallCount < 2
        smallCount += isSmall ? 1 : 0
        let places = isSmall ? Array(bytes.indices) : (0..<12).map { _ in next(bytes.count) }
        for place in places {
          var mutant = bytes
          mutant[place] ^= UInt8(1 << next(8))
          try Self.compare(mutant, info, path: path, name: "\(name) seed \(seed) byte \(place)")
        }
        let header = 8 + 4 * info.sampleCount
        for place in stride(from: 0, to: header, by: 4) where isSmall || place < 12 {
          for word: [UInt8] in [
            [0, 0, 0, 0], [255, 255, 255, 255], [255, 255, 255, 127], Array(bytes[4..<8]),
          ] {
            var mutant = bytes
            mutant.replaceSubrange(place..<place + 4, with: word)
            try Self.compare(mutant, info, path: path, name: "\(name) word \(place)")
          }
        }
        for length in isSmall ? Array(0..<bytes.count) : (0..<3).map({ _ in next(bytes.count) }) {
          var shorter = info
          try Self.compare(Array(bytes[..<length]), info, path: path, name: "\(name) length \(length)")
          shorter.rawData.byteCount = length
          try Self.compare(
            Array(bytes[..<length]), shorter, path: path, name: "\(name) honest length \(length)")
        }
      }
      #expect(seen.count > 30)
      #expect(smallCount == 2)
    }
  }

  @Test("names the place of what is wrong")
  func places() throws {
    let (info, bytes) = try Self.example()
    try withTemporaryDirectory { directory in
      let path = directory + "/shard.00000.mds"
      func open(_ bytes: [UInt8], _ change: (inout ShardInfo) -> Void = { _ in }) throws -> MDSShard {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var changed = info
        changed.rawData.byteCount = bytes.count
        change(&changed)
        return try MDSShard(MappedFile(path: path), info: changed)
      }
      func expect(_ code: ShardError.Code, at byteOffset: Int?, _ body: () throws -> Void) {
        let error = thrown(body)
        #expect(error?.code == code)
        #expect(error?.byteOffset == byteOffset)
        #expect(error?.file == path)
      }
      expect(.truncated, at: 0) { _ = try open([1, 0, 0]) }
      expect(.truncated, at: 10) { _ = try open(Array(bytes[..<10])) }
      expect(.disagreesWithIndex, at: 0) { _ = try open(bytes) { $0.sampleCount = 4 } }
      expect(.disagreesWithIndex, at: bytes.count) { _ = try open(bytes) { $0.rawData.byteCount += 1 } }
      expect(.disagreesWithIndex, at: nil) { _ = try open(bytes) { $0.schema.format = .csv } }
      var backwards = bytes
      backwards.replaceSubrange(8..<12, with: backwards[12..<16])
      backwards.replaceSubrange(12..<16, with: bytes[8..<12])
      expect(.badOffset, at: 12) { _ = try open(backwards) }
      var early = bytes
      early[4] = 8
      early[5] = 0
      expect(.badOffset, at: 4) { _ = try open(early) }
      expect(.badOffset, at: 16) { _ = try open(bytes + [0]) }
      let shard = try open(bytes)
      for index in [-1, 3, .max, .min] {
        let error = thrown { _ = try shard.sample(at: index) }
        #expect(error?.code == .noSuchSample)
      }
      let noColumns = [
        thrown { _ = try shard.columnNumber("x") }, thrown { _ = try shard.sample(at: 0).int("x") },
        thrown { _ = try shard.sample(at: 0).bytes(column: -1) },
        thrown { _ = try shard.sample(at: 0).bytes(column: 2) },
      ]
      #expect(noColumns.map(\.?.code) == Array(repeating: .noSuchColumn, count: 4))
      let error = thrown { _ = try shard.sample(at: 1).int("text") }
      #expect(error?.code == .wrongType)
      #expect(error?.sample == 1)
      #expect(error?.column == "text")
      let configuration = shard.configuration.copied()
      #expect(String(decoding: configuration, as: UTF8.self).hasPrefix(#"{"column_encodings": "#))
    }
  }

  @Test("tells everything that is damaged, and what a shard says of itself")
  func damage() throws {
    let (info, bytes) = try Self.example()
    try withTemporaryDirectory { directory in
      let path = directory + "/shard.00000.mds"
      var damaged = bytes
      damaged[damaged.count - 1] = 0xFF  // the end of sample 2's text
      damaged[Int(bytes[8])] = 9  // the size of sample 1's text
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      let shard = try MDSShard(MappedFile(path: path), info: info)
      let found = shard.damage()
      #expect(found.map(\.code) == [.badSample, .badSample, .undecodable])
      #expect(found.map(\.sample) == [1, 1, 2])
      #expect(shard.damage(limit: 1).count == 1)

      let described = try MDSShard.describe(MappedFile(path: path), basename: "shard.00000.mds")
      #expect(described == info)
      damaged[20] = UInt8(ascii: "x")  // the configuration
      try Data(damaged).write(to: URL(fileURLWithPath: path))
      let error = thrown { _ = try MDSShard.describe(MappedFile(path: path), basename: "s") }
      #expect(error?.code == .malformedIndex)
      #expect(error?.byteOffset == 20)
    }
  }

  /// Three samples of an `int` and a `str`.
  static func example() throws -> (ShardInfo, [UInt8]) {
    var builder = MDSShardBuilder(format: try MDS(columns: ["label": .int, "text": .str]))
    for (label, text) in [(1, "one"), (-2, ""), (3, "drei \u{1F680}")] {
      _ = try builder.add(["label": .int(label), "text": .string(text)])
    }
    let files = try #require(try builder.finish())
    let info = builder.format.info(
      sampleCount: 3, rawData: FileInfo(basename: "shard.00000.mds", byteCount: files.dataByteCount))
    return (info, files.data)
  }

  @Test("writes and reads as the README says")
  func readme() throws {
    try withTemporaryDirectory { directory in
      // snippet: mds-format
      var builder = MDSShardBuilder(format: try MDS(columns: ["label": .int, "text": .str]))
      _ = try builder.add(["label": 7, "text": "seven"])  // a shard, whenever one is full
      let files = try builder.finish()!
      let info = builder.format.info(
        sampleCount: files.sampleCount,
        rawData: FileInfo(basename: "shard.00000.mds", byteCount: files.dataByteCount))
      try FileSystem.write(files.data.span.bytes, to: directory + "/shard.00000.mds")

      let shard = try MDSShard(try MappedFile(path: directory + "/shard.00000.mds"), info: info)
      let sample = try shard.sample(at: 0)
      let label = try sample.int("label")
      let text = try sample.string("text")
      // end snippet
      #expect(label == 7)
      #expect(text == "seven")
    }
  }
}

/// The error that `body` throws. (`#expect(throws:)` takes no closure that holds a view.)
func thrown(_ body: () throws -> Void) -> ShardError? {
  do {
    try body()
    return nil
  } catch {
    return error as? ShardError
  }
}
