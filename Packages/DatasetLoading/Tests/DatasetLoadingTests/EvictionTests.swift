import BinaryIO
import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardCaching
import ShardFormats
import TestSupport
import Testing

/// Shards that are evicted by hand.
@Suite struct EvictionTests {
  @Test("a chosen shard goes and comes back when it is needed, without and with a limit", arguments: [false, true])
  func chosen(isLimited: Bool) async throws {
    try await withTemporaryDirectory { folder in
      let index = try await DatasetFixture.write(0..<400, to: folder + "/source")
      let downloads = CountedDownloads()
      let stores = try DatasetFixture.stores(from: folder + "/source") { downloads.store(over: $0) }
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 4, stores: stores
      ) {
        $0.predownload = 8
        if isLimited { $0.cacheLimit = .megabytes(1) }
      }
      #expect(try await dataset.evict(shard: 1) == 0)
      let loader = try dataset.loader()
      let first = try DatasetFixture.drain(loader)
      try loader.closeAndWait()
      for id in [0, 50, 399] { #expect(try dataset[id]["id"] == .int(id)) }
      let all = try DatasetFixture.shards(in: folder + "/cache")
      let before = downloads.value
      #expect(all.count == index.shards.count && before == all.count)
      // The last one is what random access looked at last; the first ones may be in use for the next epoch.
      for shard in [index.shards.count - 1, index.shards.count - 2] {
        #expect(try await dataset.evict(shard: shard) == index.shards.rawByteCount(of: shard))
        #expect(try await dataset.evict(shard: shard) == 0)
      }
      #expect(try DatasetFixture.shards(in: folder + "/cache") == Array(all.dropLast(2)))
      #expect(try await dataset.fetchSample(at: 399)["id"] == .int(399))
      #expect(downloads.value == before + 1)
      #expect(try DatasetFixture.drain(try dataset.loader()) == first)
      #expect(try DatasetFixture.shards(in: folder + "/cache") == all && downloads.value == before + 2)
    }
  }

  @Test("what is in use stays, here and in another process")
  func inUse() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<100, to: folder + "/source")
      let stores = try DatasetFixture.stores(from: folder + "/source")
      let stream = DataStream(remote: "mem://x", local: folder + "/cache")
      let one = try await StreamingDataset([stream], stores: stores) { $0.cacheLimit = .megabytes(1) }
      let two = try await StreamingDataset([stream], stores: stores)
      // Open until another shard is looked at.
      #expect(try one[0]["id"] == .int(0))
      let before = try DatasetFixture.shards(in: folder + "/cache")
      #expect(try await two.evict(shard: 0) == nil)
      #expect(try DatasetFixture.shards(in: folder + "/cache") == before)
      #expect(try await one.evict(shard: 0) != nil)
      #expect(try DatasetFixture.shards(in: folder + "/cache").isEmpty)
    }
  }

  @Test("evicting by hand under loaders changes nothing that they deliver", arguments: [false, true])
  func meanwhile(isLimited: Bool) async throws {
    try await withTemporaryDirectory { folder in
      let index = try await DatasetFixture.write(0..<600, to: folder + "/source")
      let stores = try DatasetFixture.stores(from: folder + "/source")
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 8, stores: stores
      ) {
        $0.shuffle = .py1s
        $0.blockSize = 100
        $0.predownload = 16
        if isLimited { $0.cacheLimit = .kilobytes(100) }
      }
      for epoch in 0..<3 {
        let loader = try dataset.loader()
        var batches: [[Int]] = []
        for try await batch in loader {
          batches.append(try DatasetFixture.ids(batch))
          if batches.count % 2 == epoch % 2 { try await dataset.evict(shard: batches.count * 7 % index.shards.count) }
          if batches.count % 5 == 0 { try await dataset.evictColdestShard() }
        }
        #expect(batches == DatasetFixture.expected(loader.plan))
      }
    }
  }

  @Test("the coldest shard of all streams goes first, what has no remote never")
  func coldest() async throws {
    try await withTemporaryDirectory { folder in
      for (name, ids) in [("a", 0..<60), ("b", 60..<120), ("c", 120..<180)] {
        try await DatasetFixture.write(ids, to: "\(folder)/\(name)")
      }
      let dataset = try await StreamingDataset(
        [
          DataStream(remote: folder + "/a", local: folder + "/a-cache"),
          DataStream(remote: folder + "/b", local: folder + "/b-cache"), DataStream(local: folder + "/c"),
        ], stores: ObjectStoreRegistry()
      ) { $0.cacheLimit = .megabytes(1) }
      let before = try FileSystem.list(folder + "/c").sorted()
      func shard(_ id: Int) -> Int { dataset.shape.locator.location(of: id).shard }
      // Stream a is used often, and for the last time before b.
      for id in [0, 59, 0, 59, 0, 30, 0, 59, 150, 61, 150] { #expect(try dataset[id]["id"] == .int(id)) }
      var order: [Int] = []
      while let evicted = try await dataset.evictColdestShard() {
        order.append(evicted.shard)
        #expect(evicted.byteCount > 0)
      }
      #expect(order == [shard(30), shard(0), shard(59), shard(61)])
      #expect(try DatasetFixture.shards(in: folder + "/a-cache").isEmpty && DatasetFixture.shards(in: folder + "/b-cache").isEmpty)
      let refused = await #expect(throws: LoadingError.self) { try await dataset.evict(shard: shard(150)) }
      #expect(refused?.code == .cache && refused?.stream == 2)
      #expect(try FileSystem.list(folder + "/c").sorted() == before)
      for number in [-1, dataset.shape.shardCount, .max, .min] {
        let error = await #expect(throws: LoadingError.self) { try await dataset.evict(shard: number) }
        #expect(error?.code == .configuration)
      }
    }
  }
}
