import BinaryIO
import CachePlanning
import ColumnarBatch
import DatasetLoading
import DatasetWriting
import DelimitedFormats
import MDSFormat
import ObjectStorage
import PythonJSON
import SampleOrder
import ShardCompression
import ShardFormats
import TestSupport
import Testing

/// Each stage is slowed for real, and the report must name it.
@Suite struct StallReportTests {
  /// Reads an epoch on this thread, `pausing` after each batch, and returns its report.
  private static func report(
    _ dataset: StreamingDataset, pausing pause: Duration = .zero, configure: (inout LoaderOptions) -> Void = { _ in }
  ) throws -> StallReport {
    let loader = try dataset.loader(configure: configure)
    let start = ContinuousClock.now
    while try loader.nextBlocking() != nil { spin(for: pause) }
    let report = loader.stalls
    #expect(report.duration <= start.duration(to: .now))
    #expect(report.batchCount == loader.batchCount)
    return report
  }

  private static func spin(for duration: Duration) {
    let end = ContinuousClock.now + duration
    while ContinuousClock.now < end {}
  }

  private static func write(_ format: some ShardFormat, _ rows: [[String: ColumnValue]], to folder: String) async throws {
    var options = WriterOptions()
    options.compression = format.schema.compression
    options.sizeLimit = format.schema.sizeLimit.map { ByteCount($0) }
    var writer = try ShardWriter(to: folder, format: format, options: options, stores: ObjectStoreRegistry())
    for row in rows { try await writer.write(row) }
    _ = try await writer.finish()
  }

  @Test("a slow store is named, with its rate")
  func download() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<400, to: folder + "/data")
      let limit = ByteRateLimit(bytesPerSecond: 100_000)
      let stores = try DatasetFixture.stores(from: folder + "/data") { RateLimitedStore($0, reading: limit, writing: limit) }
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://b/", local: folder + "/cache")], batchSize: 16, stores: stores)
      let report = try Self.report(dataset)
      #expect(report.limitingStage == .download)
      #expect(report.fetchedShardCount > 10)
      #expect(report.advice.hasPrefix("limited by the store's bandwidth ("))
      #expect(report.advice.contains(" MB/s"))
      // Found in the cache, nothing is fetched any more.
      let warm = try Self.report(dataset)
      #expect(warm.fetchedShardCount == 0 && warm[.download] == .zero)
    }
  }

  @Test("slow decompression is named, with and without a limit of the cache", arguments: [false, true])
  func decompress(isLimited: Bool) async throws {
    try await withTemporaryDirectory { folder in
      let settings = ShardSettings(compression: .bzip2(), sizeLimit: 1 << 18)
      var random = SystemRandomNumberGenerator()
      let noise = (0..<4096).flatMap { _ in withUnsafeBytes(of: random.next() as UInt64) { Array($0) } }
      // Each row begins elsewhere in the noise, so that no two are the same.
      let rows = (0..<48).map { row in ["data": ColumnValue.bytes(Array(noise[(row * 32)...] + noise[..<(row * 32)]))] }
      try await Self.write(try MDS(columns: ["data": .bytes], settings: settings), rows, to: folder + "/data")
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://b/", local: folder + "/cache")], batchSize: 8,
        stores: try DatasetFixture.stores(from: folder + "/data")
      ) {
        if isLimited { $0.cacheLimit = .gigabytes(1) }
        // A fetch beside others that decompress waits for a processor.
        $0.fetchLimits.concurrentFetches = 1
      }
      let report = try Self.report(dataset) { $0.threads = 1 }
      #expect(report.limitingStage == .decompress, "\(report.advice)")
      #expect(report.advice.hasPrefix("limited by decompressing"))
    }
  }

  @Test("slow reading of values is named")
  func decode() async throws {
    try await withTemporaryDirectory { folder in
      let rows = (0..<12_000).map { ["n": ColumnValue.int($0), "x": .float(Double($0) / 4)] }
      let format = try CSV(columns: ["n": .int, "x": .float], settings: ShardSettings(sizeLimit: 1 << 20))
      try await Self.write(format, rows, to: folder)
      // Few batches, each of much work: between any two this thread may lose its processor, which counts as the consumer's.
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 1500, stores: ObjectStoreRegistry())
      // Opening a text shard reads all of it; that is done once.
      _ = try Self.report(dataset)
      let report = try Self.report(dataset) { $0.threads = 1 }
      #expect(report.limitingStage == .decode, "\(report.advice)")
      #expect(report.advice.hasPrefix("limited by reading samples"))
      #expect(report.work(in: .decode) > .zero)
    }
  }

  @Test("a slow transform is named")
  func transform() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<400, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 16, stores: ObjectStoreRegistry())
      _ = try Self.report(dataset)
      let schema = try BatchSchema([.fixed("id", .int64)])
      let report = try Self.report(dataset) {
        $0.threads = 1
        $0.transform = BatchTransform(to: schema) { batch, out in
          Self.spin(for: .milliseconds(4))
          try out.copy(batch.column("id"))
        }
      }
      #expect(report.limitingStage == .transform, "\(report.advice)")
      #expect(report.work(in: .transform) >= .milliseconds(100))
      #expect(report.advice.hasPrefix("limited by the transform"))
    }
  }

  @Test("a slow consumer is named")
  func consumer() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<400, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 16, stores: ObjectStoreRegistry())
      _ = try Self.report(dataset)
      let report = try Self.report(dataset, pausing: .milliseconds(4))
      #expect(report.limitingStage == .consumer)
      #expect(report.share(of: .consumer) > 0.5)
    }
  }

  @Test("the trace is JSON with a span for every batch and transfer")
  func trace() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<100, to: folder + "/data")
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://b/", local: folder + "/cache")], batchSize: 16,
        stores: try DatasetFixture.stores(from: folder + "/data"))
      let report = try Self.report(dataset)
      let events = try #require(try JSONValue(parsing: report.chromeTrace)["traceEvents"]?.array)
      func count(_ key: String, _ value: String) -> Int { events.count { $0[key]?.string == value } }
      #expect(count("name", "decode") >= report.batchCount)
      #expect(count("ph", "b") == report.fetchedShardCount && count("ph", "e") == report.fetchedShardCount)
      #expect(count("name", "open") == dataset.shape.shardCount)
      for event in events where event["ph"]?.string == "X" { #expect(event["dur"]?.double ?? -1 >= 0) }
    }
  }
}
