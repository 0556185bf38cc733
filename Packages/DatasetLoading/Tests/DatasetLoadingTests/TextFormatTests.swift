import BinaryIO
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import DelimitedFormats
import MDSFormat
import ObjectStorage
import SampleOrder
import ShardCompression
import ShardFormats
import TestSupport
import Testing

@Suite struct TextFormatTests {
  private static func write(_ format: some ShardFormat, _ ids: Range<Int>, to folder: String) async throws {
    var options = WriterOptions()
    options.compression = format.schema.compression
    options.sizeLimit = 600
    var writer = try ShardWriter(to: folder, format: format, options: options, stores: ObjectStoreRegistry())
    for id in ids {
      try await writer.write(["n": .int(id), "t": .string("τ\(id)"), "x": .float(Double(id) / 4)])
    }
    _ = try await writer.finish()
  }

  @Test("text shards come in batches like binary ones, also compressed, and mixed with them")
  func loads() async throws {
    try await withTemporaryDirectory { folder in
      let settings = ShardSettings(compression: .zstd(level: 1), sizeLimit: 600)
      let text: [String: Encoding] = ["n": .int, "t": .str, "x": .float]
      try await Self.write(try CSV(columns: text, settings: settings), 0..<50, to: folder + "/csv")
      try await Self.write(try JSONLines(columns: text, settings: settings), 50..<100, to: folder + "/json")
      let binary: [String: Encoding] = ["n": .int, "t": .str, "x": .float64]
      try await Self.write(try MDS(columns: binary, settings: settings), 100..<150, to: folder + "/mds")
      let dataset = try await StreamingDataset(
        ["csv", "json", "mds"].map { DataStream(local: folder + "/" + $0) }, batchSize: 16, stores: ObjectStoreRegistry()
      ) {
        $0.shuffle = .py1e
      }
      var seen: [Int] = []
      let loader = try dataset.loader()
      while let batch = try loader.nextBlocking() {
        let numbers = try batch.column("n").elements(as: Int64.self)
        let halves = try batch.column("x").elements(as: Double.self)
        for row in 0..<batch.rowCount {
          #expect(batch.sampleIDs[row] == numbers[row])
          #expect(halves[row] == Double(numbers[row]) / 4)
          #expect(try batch.column("t").string(row: row) == "τ\(numbers[row])")
          seen.append(Int(numbers[row]))
        }
      }
      #expect(seen.sorted() == Array(0..<150))
      #expect(try dataset[120]["x"] == .float(30))
      #expect(try dataset[7]["t"] == .string("τ7"))
    }
  }
}
