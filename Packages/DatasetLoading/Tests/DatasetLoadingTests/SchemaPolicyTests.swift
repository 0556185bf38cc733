import BinaryIO
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import MDSFormat
import ObjectStorage
import SampleOrder
import ShardFormats
import TestSupport
import Testing

@Suite struct SchemaPolicyTests {
  private static func write(_ columns: [String: Encoding], _ ids: Range<Int>, to folder: String) async throws {
    var writer = try ShardWriter(
      to: folder, format: try MDS(columns: columns), options: WriterOptions(), stores: ObjectStoreRegistry())
    for id in ids {
      let all: [String: ColumnValue] = [
        "id": .int(id), "text": .string("t\(id)"), "extra": .bytes([1, 2]), "weight": .float(Double(id)),
      ]
      try await writer.write(all.filter { columns[$0.key] != nil })
    }
    _ = try await writer.finish()
  }

  @Test("streams with other columns mix where a loader chooses those that all have, of one form")
  func mixes() async throws {
    try await withTemporaryDirectory { folder in
      try await Self.write(["id": .int, "text": .str, "weight": .float32], 0..<20, to: folder + "/a")
      try await Self.write(["extra": .bytes, "id": .int, "text": .str, "weight": .float64], 20..<40, to: folder + "/b")
      func dataset(_ policy: SchemaPolicy) async throws -> StreamingDataset {
        try await StreamingDataset(
          [DataStream(local: folder + "/a"), DataStream(local: folder + "/b")], batchSize: 8, stores: ObjectStoreRegistry()
        ) {
          $0.shuffle = .py1e
          $0.schemaMismatch = policy
        }
      }
      let lenient = try await dataset(.ignoreOthers)
      var seen: Set<Int> = []
      for try await batch in try lenient.loader(configure: { $0.columns = ["text", "id"] }) {
        let ids = try batch.column("id")
        for row in 0..<batch.rowCount {
          let id = Int(try ids.elements(as: Int64.self)[row])
          #expect(try batch.column("text").string(row: row) == "t\(id)")
          seen.insert(id)
        }
      }
      #expect(seen == Set(0..<40))
      let loader = try lenient.loader { $0.columns = ["id", "weight"] }
      let missing = await #expect(throws: LoadingError.self) { for try await _ in loader {} }
      #expect(missing?.code == .schemaMismatch)
      #expect(missing?.column == "weight")
      #expect(missing?.stream == 1)
      let strict = try await dataset(.fail).loader { $0.columns = ["id"] }
      let refused = await #expect(throws: LoadingError.self) { for try await _ in strict {} }
      #expect(refused?.code == .schemaMismatch)
    }
  }
}
