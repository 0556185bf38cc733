import BinaryIO
import Foundation
import ShardCompression
import ShardFormats
import ShardHashing
import TestSupport
import Testing

@Suite struct IndexSidecarTests {
  /// An index in a directory of its own.
  struct Place {
    let directory: String
    var path: String { directory + "/index.json" }
    var sidecar: String { path + ".arrays" }

    init(_ directory: String, _ json: [UInt8]) throws {
      self.directory = directory
      try FileSystem.createDirectory(directory)
      try FileSystem.write(json.span.bytes, to: path)
    }

    func open(from minimum: Int = 0, encodings: EncodingRegistry = .empty) throws -> OpenedIndex {
      try OpenedIndex(try MappedFile(path: path), encodings: encodings, sidecarFrom: minimum)
    }
  }

  /// Three shards with compression, two hashes and names of several lengths, and one of a text format.
  static func json() throws -> [UInt8] {
    var index = DatasetIndex()
    let columns = [ColumnSpec(name: "n", encoding: .int), ColumnSpec(name: "t", encoding: .str)]
    let packed = ShardSchema(format: .mds, columns: columns, compression: .zstd(level: 3), hashes: ["sha1", "xxh64"])
    for number in 0..<3 {
      let hashes = [FileHash(algorithm: "sha1", hex: "00\(number)f"), FileHash(algorithm: "xxh64", hex: "ab\(number)")]
      try index.append(
        ShardInfo(
          schema: packed, sampleCount: 3 + number,
          rawData: FileInfo(basename: "part/\(number)ä.mds", byteCount: 1000 + number, hashes: hashes),
          zipData: FileInfo(basename: "part/\(number)ä.mds.zstd", byteCount: 500 + number, hashes: hashes)))
    }
    let text = ShardSchema(format: .csv, columns: [ColumnSpec(name: "t", encoding: .str)], newline: "\n")
    try index.append(
      ShardInfo(
        schema: text, sampleCount: 7, rawData: FileInfo(basename: "x.csv", byteCount: 70),
        rawMeta: FileInfo(basename: "x.csv.meta", byteCount: 300)))
    return index.encoded()
  }

  @Test("a data set's hash is the same from a side-car, and with other compression; not with another name, size or hash")
  func contentHash() throws {
    try withTemporaryDirectory { path in
      let text = String(decoding: try Self.json(), as: UTF8.self)
      let place = try Place(path + "/a", try Self.json())
      let (first, second) = (try place.open(), try place.open())
      #expect(!first.isFromSidecar && second.isFromSidecar)
      let hash = try #require(first.index.contentHash)
      #expect(second.index.contentHash == hash)
      for (number, (old, new, isSame)) in [
        (".mds.zstd\"", ".mds.zst\"", true), ("part/1", "part/9", false), ("000f", "000e", false),
        ("\"samples\": 4", "\"samples\": 5", false), ("\"bytes\": 1001", "\"bytes\": 1003", false),
        ("x.csv.meta", "y.csv.meta", false),
      ].enumerated() {
        let changed = text.replacingOccurrences(of: old, with: new)
        #expect(changed != text, "\(old)")
        let other = try Place("\(path)/\(number)", Array(changed.utf8))
        #expect((try other.open().index.contentHash == hash) == isSame, "\(new)")
        #expect((try other.open().index.contentHash == hash) == isSame, "\(new), from the side-car")
      }
    }
  }

  @Test("gives every golden index again as it was parsed", .enabled(if: Golden.path != nil, "needs the golden data"))
  func golden() throws {
    let root = try #require(Golden.path) + "/formats"
    try withTemporaryDirectory { path in
      var count = 0
      for name in try FileSystem.list(root) {
        guard let data = FileManager.default.contents(atPath: "\(root)/\(name)/data/index.json") else { continue }
        let place = try Place("\(path)/\(name)", [UInt8](data))
        let (first, second) = (try place.open(), try place.open())
        #expect(!first.isFromSidecar && second.isFromSidecar, "\(name)")
        #expect(second.contentHash == first.contentHash)
        #expect(second.index.encoded() == [UInt8](data), "\(name)")
        #expect(second.index.shards.elementsEqual(first.index.shards))
        #expect(second.index.sampleCounts == first.index.sampleCounts)
        for shard in first.index.shards.indices {
          #expect(second.index.shards.rawByteCount(of: shard) == first.index.shards.rawByteCount(of: shard))
          #expect(second.index.shards.storedByteCount(of: shard) == first.index.shards.storedByteCount(of: shard))
        }
        count += 1
      }
      #expect(count > 90)
    }
  }

  @Test("a shard can be added to an index from a side-car, as to a parsed one")
  func append() throws {
    try withTemporaryDirectory { path in
      let place = try Place(path + "/a", try Self.json())
      var (parsed, mapped) = (try place.open().index, try place.open().index)
      let more = ShardInfo(
        schema: parsed.shards[0].schema, sampleCount: 1, rawData: FileInfo(basename: "m", byteCount: 20),
        zipData: FileInfo(basename: "m.zstd", byteCount: 9, hashes: [FileHash(algorithm: "md5", hex: "0a")]))
      try parsed.append(more)
      try mapped.append(more)
      #expect(mapped.encoded() == parsed.encoded())
      #expect(mapped.shards.elementsEqual(parsed.shards))
    }
  }

  @Test("a damaged side-car is ignored and written anew, wherever the damage is")
  func damage() throws {
    try withTemporaryDirectory { path in
      let json = try Self.json()
      let place = try Place(path + "/a", json)
      _ = try place.open()
      let good = try FileSystem.readAll(place.sidecar)
      var damaged = stride(from: 0, to: good.count, by: 5).map { position in
        var bytes = good
        bytes[position] ^= 1 << UInt8(position % 8)
        return bytes
      }
      damaged += stride(from: 0, to: good.count, by: 37).map { Array(good[..<$0]) } + [good + [0], good + good]
      for bytes in damaged {
        try FileSystem.write(bytes.span.bytes, to: place.sidecar)
        let opened = try place.open()
        #expect(!opened.isFromSidecar)
        #expect(opened.index.encoded() == json)
        #expect(try FileSystem.readAll(place.sidecar) == good)
      }
    }
  }

  @Test("a forged side-car leads no name out of the directory and traps nowhere", arguments: [0x00, 0x2E, 0x2F, 0x7F, 0xFF] as [UInt8])
  func forgery(value: UInt8) throws {
    try withTemporaryDirectory { path in
      let place = try Place(path + "/a", try Self.json())
      let parsed = try place.open().index
      let good = try FileSystem.readAll(place.sidecar)
      var mappedCount = 0
      for position in stride(from: 56 + Int(value % 17), to: good.count - 8, by: 17) where good[position] != value {
        var bytes = Array(good[..<(good.count - 8)])
        bytes[position] = value
        bytes += HashAlgorithm.xxh3_64.digest(of: bytes.span.bytes).bytes.reversed()
        try FileSystem.write(bytes.span.bytes, to: place.sidecar)
        let opened = try place.open()
        if opened.isFromSidecar { mappedCount += 1 } else { #expect(opened.index.encoded() == parsed.encoded()) }
        for info in opened.index.shards {
          for (raw, zip) in info.files {
            for file in [raw, zip].compactMap(\.self) {
              #expect(!file.basename.hasPrefix("/") && !file.basename.split(separator: "/").contains(".."))
              #expect(file.byteCount >= 0)
            }
          }
        }
      }
      // Names and digits can be forged by one who makes the sum anew: that they are harmless is what this is about.
      #expect(mappedCount > 0)
    }
  }

  @Test("a side-car of another version of the index is not used", arguments: ["replaced", "changed", "copied", "touched"])
  func stale(way: String) throws {
    try withTemporaryDirectory { path in
      let json = try Self.json()
      let place = try Place(path + "/a", json)
      _ = try place.open()
      var other = json
      switch way {
      case "replaced":
        other[try #require(json.firstRange(of: Array("\"samples\": 3".utf8))).upperBound - 1] = UInt8(ascii: "4")
        try FileSystem.write(other.span.bytes, to: place.path)
      case "changed":
        // In place, of the same length, and with the time of change set back.
        let before = try #require(try FileSystem.status(of: place.path)).modificationTime
        other[try #require(json.firstRange(of: Array("\"samples\": 3".utf8))).upperBound - 1] = UInt8(ascii: "4")
        try FileDescriptor.open(place.path, .readWrite).write(other.span.bytes, at: 0)
        let time = Date(timeIntervalSince1970: Double(before) / 1e9)
        try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: place.path)
      case "copied":
        try FileSystem.createDirectory(path + "/b")
        for name in ["index.json", "index.json.arrays"] {
          try FileManager.default.copyItem(atPath: "\(path)/a/\(name)", toPath: "\(path)/b/\(name)")
        }
        let copy = try MappedFile(path: path + "/b/index.json")
        #expect(try !OpenedIndex(copy, sidecarFrom: 0).isFromSidecar)
        #expect(try OpenedIndex(copy, sidecarFrom: 0).isFromSidecar)
        return
      default:
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: place.path)
      }
      let opened = try place.open()
      #expect(!opened.isFromSidecar)
      #expect(opened.index.encoded() == other)
      #expect(try place.open().isFromSidecar)
    }
  }

  @Test("where no side-car can be written, the index is parsed each time")
  func unwritable() throws {
    try withTemporaryDirectory { path in
      let place = try Place(path + "/a", try Self.json())
      try FileSystem.createDirectory(place.sidecar)
      for _ in 0..<2 { #expect(try !place.open().isFromSidecar) }
      #expect(try FileSystem.list(place.directory).sorted() == ["index.json", "index.json.arrays"])
    }
  }

  @Test("a small index leaves nothing beside it")
  func small() throws {
    try withTemporaryDirectory { path in
      let place = try Place(path + "/a", try Self.json())
      for _ in 0..<2 { #expect(try !OpenedIndex(try MappedFile(path: place.path)).isFromSidecar) }
      #expect(try FileSystem.list(place.directory) == ["index.json"])
    }
  }

  @Test("a damaged index is refused with its place, and leaves no side-car")
  func badIndex() throws {
    try withTemporaryDirectory { path in
      let place = try Place(path + "/a", Array(try Self.json().dropLast(3)))
      let error = #expect(throws: ShardError.self) { try place.open() }
      #expect(error?.code == .malformedIndex && error?.file == place.path)
      #expect(try FileSystem.list(place.directory) == ["index.json"])
    }
  }

  @Test("a side-car that is cut short while it is mapped is rows without files, not a dead process")
  func cutShort() throws {
    try withTemporaryDirectory { path in
      var index = DatasetIndex()
      let schema = ShardSchema(format: .mds, columns: [ColumnSpec(name: "n", encoding: .int)])
      for number in 0..<5000 {
        try index.append(
          ShardInfo(schema: schema, sampleCount: 1, rawData: FileInfo(basename: "shard.\(number).mds", byteCount: 100)))
      }
      let place = try Place(path + "/a", index.encoded())
      _ = try place.open()
      let opened = try place.open()
      #expect(opened.isFromSidecar)
      try FileDescriptor.open(place.sidecar, .readWrite).resize(to: 0)
      let last = opened.index.shards[4999]
      #expect(last.rawData == FileInfo(basename: "", byteCount: 0))
      #expect(opened.index.shards.rawByteCount(of: 4998) == 0)
      #expect(opened.index.sampleCount == 5000)
    }
  }

  @Test("many openings at once all give the index, and leave one side-car")
  func together() async throws {
    try await withTemporaryDirectory { path in
      let json = try Self.json()
      let place = try Place(path + "/a", json)
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<16 { group.addTask { (try? place.open().index.encoded()) == json } }
        for await isSame in group { #expect(isSame) }
      }
      #expect(try FileSystem.list(place.directory).sorted() == ["index.json", "index.json.arrays"])
      #expect(try place.open().isFromSidecar)
    }
  }
}
