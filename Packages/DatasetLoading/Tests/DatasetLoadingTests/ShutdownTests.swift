import BinaryIO
import ColumnarBatch
@testable import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardFormats
import Synchronization
import TestSupport
import Testing
import Threading

/// Delivers some objects whole; of the others half the bytes, then nothing until the task is cancelled.
private struct HangingStore: ObjectStore {
  let base: MemoryStore
  let isWhole: @Sendable (String) -> Bool

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { try await base.head(key) }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    if isWhole("\(key)") { return try await base.get(key, options: options, into: sink) }
    let info = try await base.head(key)
    try sink.write(Array(repeating: UInt8(0), count: info.byteCount / 2).span.bytes)
    _ = await Self.untilCancelled()
    throw ObjectStoreError(.cancelled, url: "hang://\(key)", remedy: "none")
  }

  private static func untilCancelled() async -> Int? {
    let (stream, continuation) = AsyncStream<Int>.makeStream()
    defer { continuation.finish() }
    for await number in stream { return number }
    return nil
  }
}

/// Each way out of an epoch ends threads and transfers within a second and leaves whole shards alone behind.
@Suite struct ShutdownTests {
  enum Way: CaseIterable { case leaving, cancelling, throwing, closing, dropping }

  struct Stop: Error {}

  @Test("threads and transfers end within a second, and the cache holds whole shards", arguments: Way.allCases)
  func ends(way: Way) async throws {
    try await withTemporaryDirectory { folder in
      let index = try await DatasetFixture.write(0..<400, to: folder + "/source")
      // The first two shards come, all others hang.
      let stores = try DatasetFixture.stores(from: folder + "/source") { store in
        HangingStore(base: store) { name in
          !name.hasPrefix("shard") || name.prefix(11) < "shard.00002"
        }
      }
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 8, stores: stores
      ) {
        // Few batches ahead: hanging transfers must not take the places of those that the first batches need.
        $0.predownload = 32
      }
      let clock = ContinuousClock()
      let took: Duration
      switch way {
      case .leaving:
        let loader = try dataset.loader { $0.prefetchBatches = 3 }
        for try await batch in loader where batch.position.batch == 2 { break }
        took = try clock.measure { try loader.closeAndWait(until: .after(.seconds(10))) }
        #expect(try loader.nextBlocking() == nil)
      case .cancelling:
        let loader = try dataset.loader { $0.prefetchBatches = 3 }
        let task = Task { try await Self.count(loader) }
        let start = clock.now
        task.cancel()
        _ = try? await task.value
        try loader.closeAndWait(until: .after(.seconds(10)))
        took = clock.now - start
      case .throwing:
        let schema = dataset.schema
        let loader = try dataset.loader {
          $0.prefetchBatches = 3
          $0.transform = BatchTransform(to: schema) { batch, out in
            if batch.position.batch == 2 { throw Stop() }
            for column in batch.columns { try out.copy(column) }
          }
        }
        let error = await #expect(throws: LoadingError.self) { for try await _ in loader {} }
        #expect(error?.cause is Stop)
        // The error alone ends the loader: nothing is closed here.
        let start = clock.now
        try loader.ending.wait(until: .after(.seconds(10)))
        took = clock.now - start
      case .closing:
        // While the consumer waits for a shard that never comes.
        let loader = try dataset.loader { $0.prefetchBatches = 3 }
        async let count = Self.count(loader)
        let start = clock.now
        try loader.closeAndWait(until: .after(.seconds(10)))
        _ = try await count
        took = clock.now - start
      case .dropping:
        var loader: Loader? = try dataset.loader { $0.prefetchBatches = 3 }
        for try await _ in try #require(loader) { break }
        let end = try #require(loader?.ending)
        let start = clock.now
        loader = nil
        try end.wait(until: .after(.seconds(10)))
        took = clock.now - start
      }
      #expect(took < .seconds(1))
      var sizes: [String: Int] = [:]
      for shard in index.shards { for file in shard.files { sizes[file.raw.basename] = file.raw.byteCount } }
      for name in try FileSystem.listRecursively(folder + "/cache") where !name.hasPrefix(".streaming-cache") && name != "index.json" {
        let found = try #require(try FileSystem.status(of: folder + "/cache/" + name)).byteCount
        #expect(sizes[name] == found, "\(name)")
      }
      // The directory is free: a run from the sound store goes on with what is there.
      let again = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 8,
        stores: try DatasetFixture.stores(from: folder + "/source"))
      #expect(try await Self.count(try again.loader()) == 50)
    }
  }

  private static func count(_ loader: Loader) async throws -> Int {
    var count = 0
    for try await _ in loader { count += 1 }
    return count
  }
}
