import BinaryIO
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import MDSFormat
import MetricsTestKit
import ObjectStorage
import ShardFormats
import StreamingMetrics
import TestSupport
import Testing

@Suite struct SwiftMetricsTests {
  @Test("a data set's counts and times arrive as counters and timers of their names")
  func dataset() async throws {
    try await withTemporaryDirectory { folder in
      let index = try await Self.write(200, to: folder + "/source")
      let factory = TestMetrics()
      // snippet: swift-metrics
      let metrics = SwiftMetrics(dimensions: [("rank", "0")], factory: factory)  // without a factory: MetricsSystem's
      let stream = DataStream(remote: folder + "/source", local: folder + "/cache")
      let dataset = try await StreamingDataset([stream], batchSize: 8, stores: ObjectStoreRegistry()) {
        $0.metrics = metrics
      }
      for try await batch in try dataset.loader() { #expect(batch.rowCount == 8) }
      // end snippet
      func total(_ metric: StreamingMetric) throws -> Int64 {
        try factory.expectCounter(metric.name, [("rank", "0")]).totalValue
      }
      let byteCount = index.shards.indices.reduce(0) { $0 + index.shards.rawByteCount(of: $1) }
      #expect(try total(.batches) == 25 && total(.samples) == 200)
      #expect(try total(.fetchedShards) == Int64(index.shards.count) && total(.fetchedBytes) == Int64(byteCount))
      #expect(throws: (any Error).self) { try total(.evictions) }
      #expect(try factory.expectTimer(StreamingMetric.batchLatency.name, [("rank", "0")]).values.count == 25)
      #expect(try factory.expectTimer(StreamingMetric.fetchTime.name, [("rank", "0")]).values.count == index.shards.count)
    }
  }

  @Test("a metric is one counter or timer, however often it is told of; times are nanoseconds, the nearest that there is")
  func values() throws {
    let factory = TestMetrics()
    let metrics = SwiftMetrics(factory: factory)
    let own = StreamingMetric("own_steps")
    for count in [1, 2, 40] { metrics.add(count, to: own) }
    #expect(try factory.expectCounter("own_steps").values == [1, 2, 40])
    let times: [(Duration, Int64)] = [
      (.milliseconds(3), 3_000_000), (.zero, 0), (.nanoseconds(7), 7), (.seconds(Int64.max), .max),
      (.seconds(Int64.min), .min), (.seconds(9_223_372_036) + .nanoseconds(854_775_807), .max),
    ]
    for (time, _) in times { metrics.record(time, in: .batchLatency) }
    #expect(try factory.expectTimer("streaming_batch_latency_seconds").values == times.map(\.1))
    #expect(factory.counters.count == 1 && factory.timers.count == 1)
  }

  private static func write(_ count: Int, to folder: String) async throws -> DatasetIndex {
    let format = try MDS(columns: ["id": .int, "text": .str], settings: ShardSettings(sizeLimit: 1000))
    var options = WriterOptions()
    options.sizeLimit = ByteCount(1000)
    var writer = try ShardWriter(to: folder, format: format, options: options, stores: ObjectStoreRegistry())
    for id in 0..<count { try await writer.write(["id": .int(id), "text": .string("sample \(id)")]) }
    return try await writer.finish()
  }
}
