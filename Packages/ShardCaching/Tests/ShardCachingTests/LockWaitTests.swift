import BinaryIO
import ObjectStorage
import ShardCaching
import ShardFormats
import TestSupport
import Testing
import Threading

@Suite struct LockWaitTests {
  @Test("waits for another process's lock that were given up leave one thread, which the next wait takes over")
  func threads() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      var options = CacheOptions()
      options.lockTimeout = .milliseconds(20)
      let cache = try ShardCache.open(
        directory: folder, shards: fixture.index.shards, store: MemoryStore(fixture.objects), options: options,
        stamp: CacheStamp(shardCount: 3, index: [UInt8]([1]).span.bytes, remote: "mem://a"))
      // Another process is installing shard 1.
      let lock = try FileLock.tryAcquire(folder + "/.streaming-cache", at: 1)
      for _ in 0..<10 {
        let error = await #expect(throws: CacheError.self) { try await cache.fetch(1) }
        #expect(error?.code == .timedOut && error?.shard == 1)
        #expect((error?.cause as? WaitError)?.cause.name == "another process that uses the cache")
        #expect(DirectoryLock.idleWaitCount(in: folder) == 1)
      }
      let waiting = Task { try await Self.patient(fixture, folder).fetch(1) }
      // Released once the new wait has taken the thread over, not while the task that begins it is still to start.
      try await DirectoryLock.waitForNoIdleWait(in: folder, until: .after(.seconds(10)))
      _ = consume lock
      #expect(try await waiting.value == 5000)
      #expect(DirectoryLock.idleWaitCount(in: folder) == 0)
    }
  }

  private static func patient(_ fixture: CacheFixture, _ folder: String) -> ShardCache {
    ShardCache(directory: folder, shards: fixture.index.shards, store: MemoryStore(fixture.objects))
  }
}
