import BinaryIO
import Foundation
import ObjectStorage
import ShardCaching
import ShardCompression
import ShardFormats
import ShardHashing
import TestSupport
import Testing

@Suite struct ShardCacheTests {
  @Test("a fetched shard is there whole, and found again without the store")
  func fetches() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      let store = CountingStore(fixture.objects)
      // snippet: shard-cache
      let cache = ShardCache(directory: folder, shards: fixture.index.shards, store: store)
      #expect(try cache.residentFiles(of: 1) == nil)  // not here yet
      try await cache.fetch(1)
      let paths = try #require(try cache.residentFiles(of: 1))
      #expect(try FileSystem.readAll(paths[0]) == fixture.contents[1])
      // end snippet
      #expect(try cache.missingByteCount(of: 1) == 0)
      #expect(try cache.missingByteCount(of: 0) == 5000)
      try await cache.fetch(1)
      #expect(store.downloads == ["shard.00001.mds": 1])
      #expect(try FileSystem.list(folder) == [".streaming-cache", "shard.00001.mds"])
    }
  }

  @Test("a compressed shard is decompressed on first use; the packed file stays only if asked", arguments: [false, true])
  func decompresses(keeps: Bool) async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(codec: .zstd(level: 3))
      var options = CacheOptions()
      options.keepsCompressed = keeps
      let cache = fixture.cache(folder, store: MemoryStore(fixture.objects), options: options)
      try await cache.fetch(0)
      let paths = try #require(try cache.residentFiles(of: 0))
      #expect(try FileSystem.readAll(paths[0]) == fixture.contents[0])
      #expect(try FileSystem.list(folder).contains("shard.00000.mds.zstd") == keeps)
      #expect(try cache.missingByteCount(of: 0) == 0)
    }
  }

  @Test("what is damaged in the store never gets a name in the cache")
  func refusesDamage() async throws {
    let changes: [(change: (inout [UInt8]) -> Void, code: CacheError.Code)] = [
      ({ $0[99] ^= 4 }, .wrongHash), ({ $0.removeLast() }, .wrongSize), ({ $0.append(0) }, .wrongSize),
      ({ $0 = [] }, .wrongSize),
    ]
    for (change, code) in changes {
      try await withTemporaryDirectory { folder in
        let fixture = try CacheFixture()
        var objects = fixture.objects
        change(&objects["shard.00002.mds", default: []])
        let store = CountingStore(objects)
        let cache = fixture.cache(folder, store: store)
        let error = await #expect(throws: CacheError.self) { try await cache.fetch(2) }
        #expect(error?.code == code)
        #expect(error?.shard == 2)
        #expect(try FileSystem.list(folder) == [".streaming-cache"])
        #expect(store.downloads["shard.00002.mds", default: 0] >= 1)
      }
    }
  }

  @Test("a missing object is an error of the store")
  func missingObject() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      let cache = fixture.cache(folder, store: MemoryStore([:]))
      let error = await #expect(throws: CacheError.self) { try await cache.fetch(0) }
      #expect(error?.code == .store)
      #expect((error?.cause as? ObjectStoreError)?.code == .notFound)
    }
  }

  @Test("a directory without a store is never changed but by decompressing, and its gaps are errors")
  func localOnly() throws {
    try withTemporaryDirectory { folder in
      let fixture = try CacheFixture(codec: .gzip(level: 1))
      let cache = fixture.cache(folder)
      let missing = #expect(throws: CacheError.self) { try cache.residentFiles(of: 0) }
      #expect(missing?.code == .missing)
      for (key, bytes) in fixture.objects { try FileSystem.write(bytes.span.bytes, to: folder + "/" + key.text) }
      let paths = try #require(try cache.residentFiles(of: 0))
      #expect(try FileSystem.readAll(paths[0]) == fixture.contents[0])
      #expect(try FileSystem.list(folder).contains("shard.00000.mds.gz"))
      try FileDescriptor.open(paths[0], .readWrite).resize(to: 17)
      let short = #expect(throws: CacheError.self) { try cache.residentFiles(of: 0) }
      #expect(short?.code == .wrongSize)
      #expect(try FileSystem.status(of: paths[0])?.byteCount == 17)
    }
  }

  @Test("a file of another size is fetched again where there is a store")
  func repairs() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      let cache = fixture.cache(folder, store: MemoryStore(fixture.objects))
      try FileSystem.write(([1, 2, 3] as [UInt8]).span.bytes, to: folder + "/shard.00000.mds")
      #expect(try cache.residentFiles(of: 0) == nil)
      try await cache.fetch(0)
      let paths = try #require(try cache.residentFiles(of: 0))
      #expect(try FileSystem.readAll(paths[0]) == fixture.contents[0])
    }
  }

  @Test("tasks that want the same shard at once download it once")
  func singleFlight() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 2, byteCount: 200_000)
      let store = CountingStore(fixture.objects)
      // Two caches stand for two processes: their locks exclude each other as those of processes do.
      let caches = [fixture.cache(folder, store: store), fixture.cache(folder, store: store)]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<16 { group.addTask { try await caches[number % 2].fetch(number / 2 % 2) } }
        try await group.waitForAll()
      }
      #expect(store.downloads == ["shard.00000.mds": 1, "shard.00001.mds": 1])
    }
  }

  @Test("another hash than those listed is an error that lists them; a chosen one is compared after decompression too")
  func chosenHash() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(codec: .snappy, hashes: [.sha1])
      var options = CacheOptions()
      options.hashCheck = .algorithm(.xxh64)
      let unlisted = fixture.cache(folder, store: MemoryStore(fixture.objects), options: options)
      let error = await #expect(throws: CacheError.self) { try await unlisted.fetch(0) }
      #expect(error?.code == .hashNotListed)
      #expect(error?.found == "sha1")
      options.hashCheck = .algorithm(.sha1)
      let listed = fixture.cache(folder, store: MemoryStore(fixture.objects), options: options)
      try await listed.fetch(0)
      #expect(try listed.residentFiles(of: 0) != nil)
    }
  }

  @Test("cancelling a fetch ends it and leaves nothing")
  func cancels() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      let cache = fixture.cache(folder, store: MemoryStore(fixture.objects))
      let lock = try FileLock.tryAcquire(folder + "/.streaming-cache", at: 0)
      let isHeld = lock != nil
      #expect(isHeld)
      let task = Task { try await cache.fetch(0) }
      task.cancel()
      let error = await #expect(throws: CacheError.self) { try await task.value }
      #expect(error?.code == .cancelled)
      #expect(try FileSystem.list(folder) == [".streaming-cache"])
      _ = consume lock
    }
  }

  private static let isRoot = getuid() == 0

  @Test("a full disk is an error with its reason, and leaves nothing", .enabled(if: isRoot, "needs root to mount a small disk"))
  func fullDisk() async throws {
    try await withTemporaryDirectory { folder in
      func run(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
      }
      // A container may be root without the right to mount.
      try #require(try run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder) == 0)
      defer { _ = try? run("umount", folder) }
      let fixture = try CacheFixture(byteCount: 300_000)
      let cache = fixture.cache(folder, store: MemoryStore(fixture.objects))
      let error = await #expect(throws: CacheError.self) { try await cache.fetch(0) }
      #expect((error?.cause as? FileError)?.code == .noSpace)
      #expect(try FileSystem.list(folder) == [".streaming-cache"])
    }
  }
}
