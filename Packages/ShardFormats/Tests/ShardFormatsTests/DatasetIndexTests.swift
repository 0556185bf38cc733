import Foundation
import PythonJSON
import ShardCompression
import ShardFormats
import TestSupport
import Testing

@Suite struct DatasetIndexTests {
  static let shard = #"""
    {"column_encodings": ["int", "str"], "column_names": ["n", "t"], "column_sizes": [8, null], "compression": null, "format": "mds", "hashes": ["sha1"], "raw_data": {"basename": "shard.00000.mds", "bytes": 318, "hashes": {"sha1": "00ff"}}, "samples": 5, "size_limit": 1024, "version": 2, "zip_data": null}
    """#
  static func index(_ shards: String...) -> String {
    #"{"shards": ["# + shards.joined(separator: ", ") + #"], "version": 2}"#
  }

  func parse(_ text: String) throws(ShardError) -> DatasetIndex {
    let bytes = Array(text.utf8)
    return try DatasetIndex(parsing: bytes.span.bytes, file: "index.json")
  }

  @Test(
    "reads and writes every golden index byte for byte",
    .enabled(if: Golden.path != nil, "needs the golden data"))
  func golden() throws {
    let root = try #require(Golden.path)
    var count = 0
    for section in ["formats", "writer"] {
      for name in try FileManager.default.contentsOfDirectory(atPath: root + "/" + section).sorted() {
        for folder in ["data", "expected"] {
          let path = "\(root)/\(section)/\(name)/\(folder)/index.json"
          guard let data = FileManager.default.contents(atPath: path) else { continue }
          let bytes = [UInt8](data)
          let index = try DatasetIndex(parsing: bytes.span.bytes, file: path)
          #expect(index.encoded() == bytes, "\(path)")
          // And through values, as a writer makes it.
          var rebuilt = DatasetIndex()
          for shard in index.shards { try rebuilt.append(shard) }
          #expect(rebuilt.encoded() == bytes, "\(path)")
          count += 1
        }
      }
    }
    #expect(count > 150)
  }

  @Test("gives what the file says")
  func values() throws {
    let zip = Self.shard
      .replacingOccurrences(of: #""compression": null"#, with: #""compression": "zstd:7""#)
      .replacingOccurrences(
        of: #""zip_data": null"#, with: #""zip_data": {"basename": "a/b.zstd", "bytes": 99, "hashes": {}}"#
      )
      .replacingOccurrences(of: "shard.00000.mds", with: "shard.00001.mds")
    let index = try parse(Self.index(Self.shard, zip))
    #expect(index.sampleCounts == [5, 5])
    let first = index.shards[0]
    #expect(first.format == .mds)
    #expect(first.columns.map(\.name) == ["n", "t"])
    #expect(first.columns.map(\.encoding) == [.int, .str])
    #expect(first.compression == nil)
    #expect(first.hashes == ["sha1"])
    #expect(first.sizeLimit == 1024)
    #expect(
      first.rawData
        == FileInfo(
          basename: "shard.00000.mds", byteCount: 318, hashes: [FileHash(algorithm: "sha1", hex: "00ff")]))
    #expect(first.zipData == nil)
    let second = index.shards[1]
    #expect(second.compression == (try Codec(parsing: "zstd:7")))
    #expect(second.zipData == FileInfo(basename: "a/b.zstd", byteCount: 99))
    #expect(index.shards.storedByteCount(of: 1) == 99)
    #expect(index.shards.rawByteCount(of: 1) == 318)
    #expect(String(decoding: index.encoded(), as: UTF8.self) == Self.index(Self.shard, zip))
    #expect(String(decoding: DatasetIndex().encoded(), as: UTF8.self) == #"{"shards": [], "version": 2}"#)
  }

  @Test("reads members in any order and with any blanks")
  func freeForm() throws {
    let text = """
      { "version" : 2,
        "note": [1, {"x": "]}"}],
        "shards" : [ { "zip_data" : null , "version":2,"size_limit":"1kb",
          "samples" : 1 , "raw_data":{"hashes":{"md5":"a\\u0062"},"bytes":  20 ,"basename":"\\u0064ir/d\u{e9}"},
          "hashes":[ ], "format":"mds","compression":null,"column_sizes":[],"column_names":[],"column_encodings":[]
        } ] }
      """
    let shard = try parse(text).shards[0]
    #expect(
      shard.rawData
        == FileInfo(basename: "dir/d\u{e9}", byteCount: 20, hashes: [FileHash(algorithm: "md5", hex: "ab")]))
    #expect(shard.sizeLimit == 1024)
  }

  @Test(
    "refuses what upstream refuses and what could hurt",
    arguments: [
      ("\"version\": 2, \"zip", "\"version\": 3, \"zip", .unsupportedVersion),
      ("\"version\": 2, \"zip", "\"version\": true, \"zip", .unsupportedVersion),
      ("\"version\": 2, \"zip", "\"zip", .missingKey), ("\"samples\": 5, ", "", .missingKey),
      ("\"bytes\": 318, ", "", .missingKey), ("\"compression\": null, ", "", .missingKey),
      ("\"samples\": 5", "\"samples\": 5, \"extra\": 1", .unknownKey),
      ("\"samples\": 5", "\"samples\": 5, \"samples\": 5", .malformedIndex),
      ("\"samples\": 5", "\"samples\": -1", .outOfRange),
      ("\"samples\": 5", "\"samples\": 4294967296", .outOfRange),
      ("\"samples\": 5", "\"samples\": 99999999999999999999", .outOfRange),
      ("\"samples\": 5", "\"samples\": 5.0", .malformedIndex),
      ("\"samples\": 5", "\"samples\": 05", .malformedIndex),
      ("\"samples\": 5", "\"samples\": \"5\"", .malformedIndex),
      ("\"samples\": 5", "\"samples\": NaN", .malformedIndex),
      ("\"samples\": 5", "\"samples\": 78", .outOfRange), ("\"bytes\": 318", "\"bytes\": -1", .outOfRange),
      ("\"bytes\": 318", "\"bytes\": 1e3", .malformedIndex),
      ("\"bytes\": 318", "\"bytes\": null", .malformedIndex),
      ("shard.00000.mds", "", .unsafeName), ("shard.00000.mds", "/etc/passwd", .unsafeName),
      ("shard.00000.mds", "../x", .unsafeName), ("shard.00000.mds", "a/../x", .unsafeName),
      ("shard.00000.mds", "a/./x", .unsafeName), ("shard.00000.mds", "a//x", .unsafeName),
      ("shard.00000.mds", "a/", .unsafeName), ("shard.00000.mds", ".", .unsafeName),
      ("shard.00000.mds", "..", .unsafeName), ("shard.00000.mds", "a\\\\b", .unsafeName),
      ("shard.00000.mds", "a\\u0000b", .unsafeName), ("shard.00000.mds", "index.json", .unsafeName),
      ("shard.00000.mds", "s3://bucket/x", .unsafeName),
      ("shard.00000.mds", String(repeating: "x", count: 5000), .unsafeName),
      ("\"shard.00000.mds\"", "7", .malformedIndex), ("\"mds\"", "\"MDS\"", .unknownFormat),
      ("\"mds\"", "null", .malformedIndex), ("[\"int\", \"str\"]", "[\"int\"]", .contradictoryColumns),
      ("[8, null]", "[8]", .contradictoryColumns), ("[8, null]", "[0, null]", .contradictoryColumns),
      ("[8, null]", "[8, 4]", .contradictoryColumns), ("[8, null]", "[null, null]", .contradictoryColumns),
      ("[8, null]", "[\"8\", null]", .contradictoryColumns),
      ("[\"n\", \"t\"]", "[\"n\", \"n\"]", .contradictoryColumns),
      ("[\"n\", \"t\"]", "\"nt\"", .malformedIndex), ("[\"n\", \"t\"]", "[1, \"t\"]", .malformedIndex),
      ("\"str\"]", "\"nope\"]", .unknownEncoding), ("\"str\"]", "\"float\"]", .unknownEncoding),
      ("\"str\"]", "\"int:5\"]", .unknownEncoding), ("\"str\"]", "\"ndarray:int8:0\"]", .outOfRange),
      ("\"str\"]", "\"ndarray:int8:99999999,99999999,99999999\"]", .outOfRange),
      ("\"compression\": null", "\"compression\": \"rar\"", .unknownAlgorithm),
      ("\"compression\": null", "\"compression\": \"zstd\"", .malformedIndex),
      (
        "\"zip_data\": null", "\"zip_data\": {\"basename\": \"z\", \"bytes\": 1, \"hashes\": {}}",
        .malformedIndex
      ),
      ("\"size_limit\": 1024", "\"size_limit\": -1", .outOfRange),
      ("\"size_limit\": 1024", "\"size_limit\": \"much\"", .malformedIndex),
      ("{\"sha1\": \"00ff\"}", "[]", .malformedIndex),
      ("{\"sha1\": \"00ff\"}", "{\"sha1\": 7}", .malformedIndex),
      ("{\"sha1\": \"00ff\"}", "{\"a\": \"0\", \"a\": \"1\"}", .malformedIndex),
    ] as [(String, String, ShardError.Code)])
  func refusals(part: String, replacement: String, code: ShardError.Code) throws {
    let damaged = Self.shard.replacingOccurrences(of: part, with: replacement)
    #expect(damaged != Self.shard)
    // Alone, and behind a good shard whose schema could be taken for it.
    let good = Self.shard.replacingOccurrences(of: "shard.00000", with: "good")
    for (text, shard) in [(Self.index(damaged), 0), (Self.index(good, damaged), 1)] {
      #expect {
        try parse(text)
      } throws: { error in
        guard let error = error as? ShardError else { return false }
        return error.code == code && error.shard == shard && error.byteOffset != nil
          && error.file == "index.json"
      }
    }
  }

  @Test("refuses the same file twice", arguments: ["shard.00000.mds", "x/y", "x/y.zstd"])
  func sameFileTwice(name: String) throws {
    let zip = Self.shard
      .replacingOccurrences(of: #""compression": null"#, with: #""compression": "zstd""#)
      .replacingOccurrences(
        of: #""zip_data": null"#, with: #""zip_data": {"basename": "x/y.zstd", "bytes": 99, "hashes": {}}"#
      )
      .replacingOccurrences(of: "shard.00000.mds", with: "x/y")
    let other = Self.shard.replacingOccurrences(of: "shard.00000.mds", with: name)
    #expect {
      try parse(Self.index(Self.shard, zip, other))
    } throws: { ($0 as? ShardError)?.code == .unsafeName }
  }

  @Test("finds a file that is named twice, in whatever order names come", arguments: [false, true])
  func sameNameAnywhere(isSorted: Bool) {
    let schema = ShardSchema(
      format: .mds, columns: [ColumnSpec(name: "n", encoding: .int)], compression: .zstd(level: 3))
    var refusedCount = 0
    for seed in 0..<400 {
      var random = SplitMix64(state: UInt64(seed))
      // Names of several lengths that begin alike, so that order, length and the last bytes all decide.
      func names(_ prefix: String) -> [String] {
        let names = (0..<3).map { _ in prefix + String((0..<Int.random(in: 1...9, using: &random)).map { _ in "ab".randomElement(using: &random) ?? "a" }) }
        return isSorted ? names.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) } : names
      }
      let (raw, zip) = (names("s"), names(seed % 2 == 0 ? "s" : "z"))
      var index = DatasetIndex()
      do throws(ShardError) {
        for (raw, zip) in Swift.zip(raw, zip) {
          try index.append(
            ShardInfo(
              schema: schema, sampleCount: 1, rawData: FileInfo(basename: raw, byteCount: 99),
              zipData: FileInfo(basename: zip, byteCount: 9)))
        }
        let json = index.encoded()
        _ = try DatasetIndex(parsing: json.span.bytes, file: "index.json")
        #expect(Set(raw + zip).count == 6, "seed \(seed)")
      } catch {
        #expect(error.code == .unsafeName && Set(raw + zip).count < 6, "seed \(seed)")
        refusedCount += 1
      }
    }
    #expect((20...380).contains(refusedCount))
  }

  @Test(
    "refuses what is no index",
    arguments: [
      ("", .malformedIndex), ("[]", .malformedIndex), ("{}", .missingKey), (#"{"version": 2}"#, .missingKey),
      (#"{"shards": []}"#, .missingKey), (#"{"shards": null, "version": 2}"#, .malformedIndex),
      (#"{"shards": {}, "version": 2}"#, .malformedIndex),
      (#"{"shards": [1], "version": 2}"#, .malformedIndex),
      (#"{"shards": [], "version": 1}"#, .unsupportedVersion),
      (#"{"shards": [], "version": "2"}"#, .unsupportedVersion),
      (#"{"shards": [], "version": 2} x"#, .malformedIndex),
      (#"{"shards": [], "version": 2"#, .malformedIndex),
      ("\u{FEFF}" + #"{"shards": [], "version": 2}"#, .malformedIndex),
      (#"{"shards": [], "version": 2, "x": "# + String(repeating: "[", count: 100_000), .malformedIndex),
      (
        #"{"shards": [], "version": 2, "x": "# + String(repeating: "[", count: 100_000)
          + String(repeating: "]", count: 100_000) + "}", .malformedIndex
      ),
    ] as [(String, ShardError.Code)])
  func noIndex(text: String, code: ShardError.Code) {
    #expect { try parse(text) } throws: { ($0 as? ShardError)?.code == code }
  }

  @Test("tells what an index holds as the README says")
  func readme() throws {
    let json = Array(Self.index(Self.shard).utf8)
    // snippet: shard-formats
    let index = try DatasetIndex(parsing: json.span.bytes, file: "index.json")
    for shard in index.shards {
      print(shard.rawData.basename, shard.sampleCount, shard.columns.map(\.name))
    }
    try index.requireSafeEncodings(allowingUnsafe: false)  // no pickles
    let text = index.encoded()  // upstream's bytes
    // end snippet
    #expect(text == json)
  }

  @Test("asks for leave before pickles")
  func pickles() throws {
    let index = try parse(
      Self.index(
        Self.shard,
        Self.shard
          .replacingOccurrences(of: "\"str\"", with: "\"pkl\"").replacingOccurrences(
            of: "shard.0", with: "shard.1")))
    #expect {
      try index.requireSafeEncodings(allowingUnsafe: false)
    } throws: { error in
      guard let error = error as? ShardError else { return false }
      return error.code == .unsafeEncoding && error.shard == 1 && error.column == "t"
    }
    try index.requireSafeEncodings(allowingUnsafe: true)
    try parse(Self.index(Self.shard)).requireSafeEncodings(allowingUnsafe: false)
  }

  @Test("agrees with a tree of the same text whatever byte is damaged")
  func mutations() throws {
    let other = Self.shard.replacingOccurrences(of: "00000", with: "00001").replacingOccurrences(
      of: ": 5", with: ": 7")
    let text = Array(Self.index(Self.shard, other).utf8)
    for position in text.indices {
      let original = text[position]
      for value in [0, 0xFF, original ^ 1, original ^ 0x80, original &+ 1] + Array("\"\\{}[],:0 ".utf8) {
        var mutant = text
        mutant[position] = value
        guard let index = try? DatasetIndex(parsing: mutant.span.bytes, file: "x") else { continue }
        // What is accepted is JSON and says the same as its tree does.
        let tree = try JSONValue(parsing: mutant.span.bytes)
        #expect(index.shards.count == tree["shards"]?.array?.count)
        for (number, shard) in index.shards.enumerated() {
          let member = tree["shards"]?[number]
          #expect(member?["samples"]?.int == shard.sampleCount)
          #expect(member?["raw_data"]?["basename"]?.string == shard.rawData.basename)
          #expect(member?["raw_data"]?["bytes"]?.int == shard.rawData.byteCount)
          #expect(member?["column_names"]?.array?.map(\.string) == shard.columns.map(\.name))
          #expect(member?["hashes"]?.array?.map(\.string) == shard.hashes)
        }
      }
    }
    for length in text.indices {
      #expect(throws: ShardError.self) {
        try DatasetIndex(parsing: Array(text[..<length]).span.bytes, file: "x")
      }
    }
  }
}
