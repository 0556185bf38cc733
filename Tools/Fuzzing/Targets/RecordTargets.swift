import BinaryIO
import DatasetImport
import DatasetWriting
import PythonJSON
import ShardFormats
import ShardHashing
import TestSupport

extension FuzzTarget {
  /// What this product itself leaves on a disk and finds there again, and the records that are imported.
  static let records: [(name: String, make: @Sendable () throws -> FuzzTarget)] = [
    ("sidecar", sidecar), ("journal", journal), ("csv-records", csvRecords),
  ]

  // MARK: The side-car of an index

  /// An input is what follows the key, with which the harness makes a side-car whose sum is right.
  @Sendable private static func sidecar() throws -> FuzzTarget {
    let seeds = try sidecarSeeds()
    let index = try ScratchIndex(seeds[0].json)
    let start = try index.writtenSidecar().prefix(keyEnd)
    return FuzzTarget("sidecar", seeds: seeds.map { Array($0.sidecar[keyEnd...].dropLast(8)) }) { input in
      let body = Array(start) + input
      try FileSystem.write((body + HashAlgorithm.xxh3_64.digest(of: body.span.bytes).bytes.reversed()).span.bytes, to: index.sidecar)
      let opened = try OpenedIndex(try MappedFile(path: index.path), sidecarFrom: 0)
      try promise(opened.index.shards.count == opened.index.sampleCounts.count, "tables of several lengths")
      for info in opened.index.shards.prefix(100) {
        try promise(info.sampleCount >= 0 && info.storedByteCount >= 0, "a negative count")
        for (raw, zip) in info.files {
          for file in [raw, zip].compactMap(\.self) { try promise(staysInside(file.basename), "\(file.basename)") }
        }
      }
      _ = opened.index.encoded()
      return opened.isFromSidecar ? .accepted : .refused
    }
  }

  /// Magic and key of a side-car.
  private static let keyEnd = 7 * 8

  private static func sidecarSeeds() throws -> [(json: [UInt8], sidecar: [UInt8])] {
    let root = (Golden.path ?? Golden.repositoryRoot + "/IntegrationTests/golden") + "/formats"
    var seeds: [(json: [UInt8], sidecar: [UInt8])] = []
    for name in try FileSystem.list(root) {
      let path = "\(root)/\(name)/data/index.json"
      guard let status = try FileSystem.status(of: path), status.byteCount < 8000 else { continue }
      let json = try FileSystem.readAll(path)
      seeds.append((json, try ScratchIndex(json).writtenSidecar()))
    }
    guard !seeds.isEmpty else { throw BrokenPromise("expected golden indexes, found none") }
    return seeds
  }

  private static func staysInside(_ name: String) -> Bool {
    // A row that cannot be read has no name.
    !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
  }

  // MARK: The writer's journal

  /// An input is the lines' JSON, to which the harness puts the hashes.
  @Sendable private static func journal() throws -> FuzzTarget {
    let identity: JSONValue = ["base": 0, "first": 0, "schema": "s"]
    let shards = try ShardSeeds.shards(.mds).prefix(20).map(\.info) + ShardSeeds.shards(.csv).prefix(5).map(\.info)
    let lines = try shards.enumerated().map { number, info in
      var index = DatasetIndex()
      try index.append(info)
      return #"{"index": \#(String(decoding: index.encoded(), as: UTF8.self)), "shard": \#(number % 3)}"#
    }
    let header = "{\"writer\": \(String(decoding: identity.encoded(sortingKeys: true), as: UTF8.self))}"
    let texts = lines.map { "\(header)\n\($0)\n{\"from\": 0}\n" } + [([header] + lines.prefix(3)).joined(separator: "\n") + "\n"]
    return FuzzTarget("journal", seeds: texts.map { Array($0.utf8) }) { input in
      var text: [UInt8] = []
      for line in input.split(separator: 0x0A) {
        let json = Array(line)
        text += Array(HashAlgorithm.xxh64.digest(of: json.span.bytes).hex.utf8) + [0x20] + json + [0x0A]
      }
      guard
        let record = accepted({ () throws(WritingError) in
          try WriterJournal.read(text, identity: identity, path: "journal")
        })
      else { return .refused }
      try promise((0...text.count).contains(record.byteCount), "\(record.byteCount) bytes of \(text.count)")
      for info in record.shards {
        try promise(info.files.allSatisfy { staysInside(($0.zip ?? $0.raw).basename) }, "a name that leads out")
      }
      return record.shards.isEmpty ? .refused : .accepted
    }
  }

  // MARK: Records

  /// An input is a byte of options and the text.
  @Sendable private static func csvRecords() throws -> FuzzTarget {
    let texts = [
      "a,b,c\n1,2.5,x\n-7,1e300,\"q \"\"u\"\" o\"\r\n", "\u{FEFF}c,b,a\r\n\"two\nlines\",0,9\r\n\n\"\",nan,0", "a\tb\tc\n1\t2\tä\n",
      "a,b,c\n1,2\n", "a,b,c\n1,2,\"open", "a,b,c,c0,c1\n1,2,3,4,5\n", "b,a,c\r1,2,3\r\n",
    ]
    let columns = [
      try ImportColumns(parsing: "a:int,b:float64,c:str"), try ImportColumns(parsing: "c:ndarray:uint8:2,a:uint16"),
      try ImportColumns(parsing: "a:json,c:bytes"), try ImportColumns(parsing: "b:str_decimal"),
    ]
    let scratch = try ScratchFile("csv-records")
    let seeds = texts.indices.flatMap { text in columns.indices.map { [UInt8($0)] + Array(texts[text].utf8) } }
    return FuzzTarget("csv-records", seeds: seeds) { input in
      guard let options = input.first else { return .refused }
      try scratch.fill(Array(input.dropFirst()))
      let chosen = columns[Int(options & 3)]
      let limit = options & 8 == 0 ? 1 << 20 : 64
      var outcome = Outcome.refused
      do throws(ImportError) {
        var records = try CSVRecords(
          path: scratch.path, columns: chosen, separator: options & 4 == 0 ? "," : "\t",
          header: options & 16 == 0 ? nil : ["a", "b", "c"], recordLimit: limit)
        while let sample = try records.next() {
          guard sample.count == chosen.columns.count else { throw ImportError(.badRecord, expected: "", found: "", remedy: "") }
          outcome = .accepted
        }
      } catch {
        try promise(error.file == scratch.path, "an error without its place: \(error)")
      }
      return outcome
    }
  }
}

/// A directory with an index, for its side-car.
private final class ScratchIndex: Sendable {
  private let directory: String
  var path: String { directory + "/index.json" }
  var sidecar: String { path + ".arrays" }

  init(_ json: [UInt8]) throws {
    directory = "\(FileSystem.temporaryDirectory)/streaming-fuzz-index-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    try FileSystem.createDirectory(directory)
    try FileSystem.write(json.span.bytes, to: path)
  }

  deinit { _ = try? FileSystem.removeTree(directory) }

  /// The side-car that the first opening leaves.
  func writtenSidecar() throws -> [UInt8] {
    _ = try OpenedIndex(try MappedFile(path: path), sidecarFrom: 0)
    return try FileSystem.readAll(sidecar)
  }
}
