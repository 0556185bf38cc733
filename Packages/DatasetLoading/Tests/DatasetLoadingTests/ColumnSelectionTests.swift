import BinaryIO
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import DelimitedFormats
import Foundation
import MDSFormat
import ObjectStorage
import SampleOrder
import ShardFormats
import TestSupport
import Testing

@Suite struct ColumnSelectionTests {
  /// Fixed and variable columns in turn; "a" to "f" as they lie in a sample.
  private static let encodings: [String: Encoding] = [
    "a": .int, "b": .uint16, "c": .str, "d": .float32, "e": .bytes, "f": .int8,
  ]

  private static func sample(_ id: Int) -> [String: ColumnValue] {
    [
      "a": .int(id), "b": .int(id % 500), "c": .string(String(repeating: "ü", count: id % 5)),
      "d": .float32(Float(id) / 8), "e": .bytes(Array(repeating: UInt8(id % 251), count: id % 7)), "f": .int(id % 100),
    ]
  }

  private static func write(_ count: Int, to folder: String) async throws {
    let settings = ShardSettings(sizeLimit: 1500)
    var options = WriterOptions()
    options.sizeLimit = ByteCount(1500)
    var writer = try ShardWriter(
      to: folder, format: try MDS(columns: encodings, settings: settings), options: options, stores: ObjectStoreRegistry())
    for id in 0..<count { try await writer.write(sample(id)) }
    _ = try await writer.finish()
  }

  /// What a batch holds in a column of a row, as text.
  private static func text(_ batch: Batch, _ name: String, _ row: Int) throws -> String {
    let column = try batch.column(name)
    return switch column.dtype {
    case .string: try column.string(row: row)
    case .int64: "\(try column.elements(as: Int64.self)[row])"
    case .uint16: "\(try column.elements(as: UInt16.self)[row])"
    case .int8: "\(try column.elements(as: Int8.self)[row])"
    case .float32: "\(try column.elements(as: Float.self)[row])"
    default: "\(try column.bytes(row: row).copied())"
    }
  }

  private static func text(_ value: ColumnValue?) -> String {
    switch value {
    case .int(let number): "\(number)"
    case .string(let text): text
    case .float32(let number): "\(number)"
    case .bytes(let bytes): "\(bytes)"
    default: "\(String(describing: value))"
    }
  }

  @Test("every choice of columns, in any order, has the values of all columns")
  func everyChoice() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(60, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 16, stores: ObjectStoreRegistry()) {
        $0.shuffle = .py1e
      }
      let names = Self.encodings.keys.sorted()
      for choice in 1..<64 {
        var chosen = names.indices.filter { choice >> $0 & 1 == 1 }.map { names[$0] }
        if choice % 2 == 0 { chosen.reverse() }
        let loader = try dataset.loader { $0.columns = chosen.map { LoaderColumn($0) } }
        #expect(loader.schema.columns.map(\.name) == chosen)
        var rows = 0
        while let batch = try loader.nextBlocking() {
          #expect(batch.columns.map(\.name) == chosen)
          for row in 0..<batch.rowCount {
            let expected = Self.sample(Int(batch.sampleIDs[row]))
            for name in chosen where try Self.text(batch, name, row) != Self.text(expected[name]) {
              Issue.record("row \(row) of \(chosen): \(name)")
            }
          }
          rows += batch.rowCount
        }
        #expect(rows == 60)
      }
    }
  }

  @Test("no column at all gives the samples' ids")
  func none() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(10, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 16, stores: ObjectStoreRegistry())
      let batch = try #require(try dataset.loader { $0.columns = [] }.nextBlocking())
      #expect(batch.columns.isEmpty)
      #expect((0..<batch.rowCount).map { batch.sampleIDs[$0] } == Array(0..<10))
    }
  }

  @Test(
    "bytes of other columns are not read",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/smaps"), "needs /proc"))
  func unread() async throws {
    try await withTemporaryDirectory { folder in
      let format = try MDS(columns: ["label": .int, "large": .bytes])
      var writer = try ShardWriter(to: folder, format: format, options: WriterOptions(), stores: ObjectStoreRegistry())
      for id in 0..<24 { try await writer.write(["label": .int(id), "large": .bytes(Array(repeating: 7, count: 1 << 20))]) }
      _ = try await writer.finish()
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry())
      let path = folder + "/shard.00000.mds"
      // What was read one by one stays open; one sample is 1 MB.
      _ = try dataset[0]
      let labels = try #require(try dataset.loader { $0.columns = ["label"] }.nextBlocking())
      #expect(try labels.column("label").withElements(as: Int64.self) { $0[7] } == 7)
      // The kernel maps pages around each that is touched as well.
      let touched = try Self.mappedInByteCount(of: path)
      #expect(touched >= 1 << 20 && touched < 12 << 20, "\(touched) bytes")
      let large = try dataset.loader { $0.columns = ["large"] }
      while try large.nextBlocking() != nil {}
      #expect(try Self.mappedInByteCount(of: path) >= 24 << 20)

      try FileDescriptor.open(path, .readWrite).resize(to: (7 << 20) + 1)
      // An epoch that was made ahead, before the cut, is right.
      let error = #expect(throws: LoadingError.self) {
        for _ in 0..<3 {
          let late = try dataset.loader { $0.columns = ["large"] }
          while try late.nextBlocking() != nil {}
        }
      }
      #expect(error?.code == .sample)
      #expect(error?.shard == 0)
    }
  }

  /// How much of a file's mappings in this process is there, as /proc tells.
  private static func mappedInByteCount(of path: String) throws -> Int {
    var (isFile, total) = (false, 0)
    let file = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
    let text = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    for line in text.split(separator: "\n") {
      if line.hasSuffix(path) { isFile = true }
      guard isFile, line.hasPrefix("Rss:") else { continue }
      total += (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
      isFile = false
    }
    return total
  }

  @Test("text formats choose columns as well")
  func text() async throws {
    try await withTemporaryDirectory { folder in
      let format = try JSONLines(columns: ["n": .int, "t": .str], settings: ShardSettings(sizeLimit: 200))
      var options = WriterOptions()
      options.sizeLimit = ByteCount(200)
      var writer = try ShardWriter(to: folder, format: format, options: options, stores: ObjectStoreRegistry())
      for id in 0..<20 { try await writer.write(["n": .int(id), "t": .string("t\(id)")]) }
      _ = try await writer.finish()
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 20, stores: ObjectStoreRegistry())
      let batch = try #require(try dataset.loader { $0.columns = ["t"] }.nextBlocking())
      #expect(batch.columns.map(\.name) == ["t"])
      #expect(try (0..<20).map { try batch.column("t").string(row: $0) } == (0..<20).map { "t\($0)" })
    }
  }

  @Test("a name that no column has, or that is given twice, is refused by name")
  func refused() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(10, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 4, stores: ObjectStoreRegistry())
      for names in [["a", "z"], ["a", "b", "a"]] {
        let error = #expect(throws: LoadingError.self) { try dataset.loader { $0.columns = names.map { LoaderColumn($0) } } }
        #expect(error?.code == .configuration)
        #expect(error?.column == names.last)
      }
    }
  }
}
