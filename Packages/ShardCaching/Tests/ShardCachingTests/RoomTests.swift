import BinaryIO
import ObjectStorage
import ShardCaching
import ShardFormats
import TestSupport
import Testing
import Threading

/// Waiting for room: two caches of one directory stand for two processes, whose locks exclude each other as well.
@Suite struct RoomTests {
  private static let limit = 10_000

  /// A cache with room for two shards, and what limits it.
  private static func open(_ fixture: CacheFixture, _ folder: String) throws -> (cache: ShardCache, budget: CacheBudget) {
    var options = CacheOptions()
    options.lockTimeout = .seconds(60)
    let budget = CacheBudget(limit: ByteCount(limit))
    let index: [UInt8] = [1]
    let cache = try ShardCache.open(
      directory: folder, shards: fixture.index.shards, store: MemoryStore(fixture.objects), options: options,
      stamp: CacheStamp(shardCount: fixture.index.shards.count, index: index.span.bytes, remote: "mem://a"),
      budget: budget)
    return (cache, budget)
  }

  // A directory per round: a wait that was served leaves one that listens on, which would make the next one look once more.
  @Test("a wait for room looks when another process lets go of a shard, and not before", arguments: 2...4)
  func hearsOfReleases(shard: Int) async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 5)
      let one = try Self.open(fixture, folder)
      let two = try Self.open(fixture, folder)
      try await one.cache.fetch(0)
      try await one.cache.fetch(1)
      var pins = [try one.cache.pin(0), try one.cache.pin(1)]
      let waiting = Task { try await two.cache.fetch(shard) }
      // Once before the other process knows that somebody waits, once after.
      try await two.budget.waitForLooks(2, until: .after(.seconds(10)))
      try await delay(for: .milliseconds(200), charging: StallCause("nothing"))
      #expect(two.budget.lookCount == 2)
      pins.removeLast()
      #expect(try await waiting.value == 5000)
      #expect(two.budget.lookCount == 3)
      withExtendedLifetime(pins) {}
    }
  }

  @Test("a wait for room ends when its task is cancelled, and the next one hears of releases all the same")
  func cancelled() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 4)
      let one = try Self.open(fixture, folder)
      let two = try Self.open(fixture, folder)
      try await one.cache.fetch(0)
      try await one.cache.fetch(1)
      var pins = [try one.cache.pin(0), try one.cache.pin(1)]
      let given = Task { try await two.cache.fetch(2) }
      try await two.budget.waitForLooks(2, until: .after(.seconds(10)))
      given.cancel()
      let error = await #expect(throws: CacheError.self) { try await given.value }
      #expect(error?.code == .cancelled)
      let waiting = Task { try await two.cache.fetch(3) }
      try await two.budget.waitForLooks(4, until: .after(.seconds(10)))
      pins.removeAll()
      #expect(try await waiting.value == 5000)
    }
  }

  @Test("many waits for room in two processes at once all end")
  func contended() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 12)
      let caches = [try Self.open(fixture, folder), try Self.open(fixture, folder)]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<24 {
          let cache = caches[number % 2].cache
          group.addTask {
            let pin = try cache.pin(number / 2)
            try await cache.fetch(number / 2)
            withExtendedLifetime(pin) {}
          }
        }
        try await group.waitForAll()
      }
      let names = try FileSystem.list(folder).filter { $0.hasPrefix("shard") }
      #expect(names.count <= 2)
    }
  }

  @Test("of all processes that use a directory one reads the store's index to compare it")
  func comparesOnce() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 8)
      var objects = fixture.objects
      objects["index.json"] = [1]
      let store = CountingStore(objects)
      let index: [UInt8] = [1]
      let caches = try (0..<4).map { _ in
        try ShardCache.open(
          directory: folder, shards: fixture.index.shards, store: store,
          stamp: CacheStamp(shardCount: 8, index: index.span.bytes, remote: "mem://a"))
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for shard in 0..<8 { group.addTask { try await caches[shard % 4].fetch(shard) } }
        try await group.waitForAll()
      }
      #expect(store.downloads["index.json"] == 1)
    }
  }

  @Test("a shard fetched ahead takes free room, and pushes out nothing whose next use is not known to be later")
  func ahead() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 5)
      let cache = try Self.open(fixture, folder).cache
      #expect(try await cache.fetchAhead(0) == 5000)
      #expect(try await cache.fetchAhead(0) == 0)
      try await cache.fetch(1)
      #expect(try await cache.fetchAhead(2) == nil)
      #expect(try cache.residentFiles(of: 0) != nil && cache.residentFiles(of: 1) != nil)
      // Batches of the next use: 1 before 3 before 0.
      try cache.publish(job: 7, position: 5, nextUses: [40, 10, 50, 20, .max])
      #expect(try await cache.fetchAhead(2) == nil)
      #expect(try await cache.fetchAhead(4) == nil)
      #expect(try await cache.fetchAhead(3) == 5000)
      #expect(try cache.residentFiles(of: 0) == nil && cache.residentFiles(of: 1) != nil)
    }
  }
}
