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
  private static func here(_ folder: String) throws -> [String] {
    try FileSystem.list(folder).filter { $0.hasPrefix("shard") }.sorted()
  }

  @Test("a chosen shard goes and comes back when it is needed, without and with a limit", arguments: [false, true])
  func chosen(isLimited: Bool) async throws {
    try await withTemporaryDirectory { folder in
      let index = try await DatasetFixture.write(0..<400, to: folder + "/source")
      let downloads = CountedDownloads()
      let stores = try DatasetFixture.stores(from: folder + "/source") { CountedStore(base: $0, downloads: downloads) }
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
      let all = try Self.here(folder + "/cache")
      let before = downloads.value
      #expect(all.count == index.shards.count && before == all.count)
      // The last one is what random access looked at last; the first ones may be in use for the next epoch.
      for shard in [index.shards.count - 1, index.shards.count - 2] {
        #expect(try await dataset.evict(shard: shard) == index.shards.rawByteCount(of: shard))
        #expect(try await dataset.evict(shard: shard) == 0)
      }
      #expect(try Self.here(folder + "/cache") == Array(all.dropLast(2)))
      #expect(try await dataset.fetchSample(at: 399)["id"] == .int(399))
      #expect(downloads.value == before + 1)
      #expect(try DatasetFixture.drain(try dataset.loader()) == first)
      #expect(try Self.here(folder + "/cache") == all && downloads.value == before + 2)
    }
  }

  @Test("what is in use stays, here and in another process")
  func inUse() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<400, to: folder + "/source")
      let stores = try DatasetFixture.stores(from: folder + "/source")
      let stream = DataStream(remote: "mem://x", local: folder + "/cache")
      let one = try await StreamingDataset([stream], batchSize: 4, stores: stores) {
        $0.cacheLimit = .megabytes(1)
        $0.predownload = 8
      }
      let two = try await StreamingDataset([stream], batchSize: 4, stores: stores)
      #expect(try two[300]["id"] == .int(300))
      let loader = try one.loader()
      let batch = try #require(try loader.nextBlocking())
      #expect(try DatasetFixture.ids(batch) == [0, 1, 2, 3])
      let shard = two.shape.locator.location(of: 300).shard
      #expect(try await one.evict(shard: shard) == nil)
      #expect(try await two.evict(shard: 0) == nil)
      #expect(try Self.here(folder + "/cache").contains("shard.00000.mds"))
      // What two looked at last is closed by two itself.
      #expect(try await two.evict(shard: shard) != nil)
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
      #expect(try Self.here(folder + "/a-cache").isEmpty && Self.here(folder + "/b-cache").isEmpty)
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
