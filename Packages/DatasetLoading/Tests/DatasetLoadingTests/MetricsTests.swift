import BinaryIO
import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardFormats
import Synchronization
import TestSupport
import Testing
import Threading

@Suite struct MetricsTests {
  @Test("bytes, shards, hits, evictions, retries and batches are told as they are")
  func counts() async throws {
    try await withTemporaryDirectory { folder in
      let index = try await DatasetFixture.write(0..<1000, to: folder + "/source", sizeLimit: 1400)
      let byteCount = index.shards.indices.reduce(0) { $0 + index.shards.rawByteCount(of: $1) }
      let stores = try DatasetFixture.stores(from: folder + "/source") {
        RetryingStore(FailingStore(base: $0), policy: RetryPolicy())
      }
      let recorder = Recorder()
      let stream = DataStream(remote: "mem://x", local: folder + "/cache")
      let dataset = try await StreamingDataset([stream], batchSize: 8, stores: stores) { $0.metrics = recorder }
      for _ in 0..<2 { _ = try DatasetFixture.drain(try dataset.loader()) }
      #expect(recorder.counts[.fetchedBytes] == byteCount)
      #expect(recorder.counts[.fetchedShards] == index.shards.count)
      #expect(recorder.counts[.cacheMisses] == index.shards.count)
      #expect(recorder.counts[.cacheHits, default: 0] >= index.shards.count)
      #expect(recorder.counts[.batches] == 250 && recorder.counts[.samples] == 2000)
      #expect(recorder.counts[.retries] == 1)
      #expect(recorder.counts[.evictions] == nil && recorder.counts[.damagedShards] == nil)
      #expect(recorder.times[.batchLatency] == 250 && recorder.times[.fetchTime] == index.shards.count)
    }
  }

  @Test("what a limit removes is told")
  func evictions() async throws {
    try await withTemporaryDirectory { folder in
      let index = try await DatasetFixture.write(0..<1000, to: folder + "/source", sizeLimit: 1400)
      let byteCount = index.shards.indices.reduce(0) { $0 + index.shards.rawByteCount(of: $1) }
      let indexByteCount = try #require(try FileSystem.status(of: folder + "/source/index.json")).byteCount
      let recorder = Recorder()
      let stream = DataStream(remote: "mem://x", local: folder + "/cache")
      let dataset = try await StreamingDataset(
        [stream], batchSize: 8, stores: try DatasetFixture.stores(from: folder + "/source")
      ) {
        $0.cacheLimit = ByteCount(indexByteCount + byteCount / 2)
        $0.predownload = 16
        $0.metrics = recorder
      }
      _ = try DatasetFixture.drain(try dataset.loader())
      let evicted = recorder.counts[.evictions, default: 0]
      // All came, at most half can be there.
      #expect(evicted >= index.shards.count / 2 && evicted <= recorder.counts[.fetchedShards, default: 0])
    }
  }
}

private final class Recorder: MetricsRecorder {
  private let state = Mutex<(counts: [StreamingMetric: Int], times: [StreamingMetric: Int])>(([:], [:]))
  var counts: [StreamingMetric: Int] { state.withLock { $0.counts } }
  /// How often each timer was told a time.
  var times: [StreamingMetric: Int] { state.withLock { $0.times } }

  func add(_ count: Int, to metric: StreamingMetric) { state.withLock { $0.counts[metric, default: 0] += count } }

  func record(_ duration: Duration, in metric: StreamingMetric) {
    state.withLock { $0.times[metric, default: 0] += duration >= .zero ? 1 : 1000 }
  }
}

/// Refuses the first request for one shard.
private final class FailingStore: ObjectStore {
  let base: MemoryStore
  private let hasFailed = Mutex(false)

  init(base: MemoryStore) { self.base = base }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { try await base.head(key) }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let fails = hasFailed.withLock { hasFailed in
      guard !hasFailed, key.text == "shard.00003.mds" else { return false }
      hasFailed = true
      return true
    }
    if fails { throw ObjectStoreError(.unavailable, url: key.text) }
    return try await base.get(key, options: options, into: sink)
  }
}
