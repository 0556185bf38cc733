import BinaryIO
import Foundation
import ObjectStorage
import ShardCaching
import ShardCompression
import ShardFormats
import TestSupport
import Testing
import Threading

/// Caches with a control file: two of one directory stand for two processes, whose locks exclude each other as well.
@Suite struct SharedCacheTests {
  private static func open(
    _ fixture: CacheFixture, _ folder: String, _ store: (any ObjectStore)?, options: CacheOptions = CacheOptions(),
    index: [UInt8] = [1], remote: String? = "mem://a", limit: Int? = nil
  ) throws -> ShardCache {
    try ShardCache.open(
      directory: folder, shards: fixture.index.shards, store: store, options: options,
      stamp: CacheStamp(shardCount: fixture.index.shards.count, index: index.span.bytes, remote: remote),
      budget: limit.map { CacheBudget(limit: ByteCount($0)) })
  }

  private static func shardFiles(_ folder: String) throws -> [String] {
    try FileSystem.list(folder).filter { $0.hasPrefix("shard") }
  }

  @Test("a full cache makes room by removing a shard that nobody has pinned")
  func makesRoom() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 4)
      let cache = try Self.open(fixture, folder, MemoryStore(fixture.objects), limit: 10_000)
      try await cache.fetch(0)
      try await cache.fetch(1)
      let pin = try cache.pin(0)
      try await cache.fetch(2)
      #expect(try Self.shardFiles(folder) == ["shard.00000.mds", "shard.00002.mds"])
      withExtendedLifetime(pin) {}
    }
  }

  @Test("pins of another process count; without room the wait ends at its deadline, and leaves nothing")
  func pinnedElsewhere() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 4)
      var options = CacheOptions()
      options.lockTimeout = .milliseconds(300)
      let store = MemoryStore(fixture.objects)
      let one = try Self.open(fixture, folder, store, options: options, limit: 10_000)
      let two = try Self.open(fixture, folder, store, options: options, limit: 10_000)
      #expect(two.processCount == 2)
      try await one.fetch(0)
      try await one.fetch(1)
      var pins = [try one.pin(0), try one.pin(1)]
      let error = await #expect(throws: CacheError.self) { try await two.fetch(2) }
      #expect(error?.code == .full && error?.shard == 2)
      #expect(try Self.shardFiles(folder) == ["shard.00000.mds", "shard.00001.mds"])
      let waiting = Task { try await two.fetch(2) }
      pins.removeLast()
      _ = try await waiting.value
      #expect(try Self.shardFiles(folder) == ["shard.00000.mds", "shard.00002.mds"])
    }
  }

  @Test("compressed and raw form both count while one becomes the other", arguments: [false, true])
  func compressed(keeps: Bool) async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 6, codec: .zstd(level: 1))
      var options = CacheOptions()
      options.keepsCompressed = keeps
      let cache = try Self.open(fixture, folder, MemoryStore(fixture.objects), options: options, limit: 16_000)
      for shard in 0..<6 {
        try await cache.fetch(shard)
        #expect(try cache.residentFiles(of: shard) != nil)
        let sizes = try FileSystem.list(folder).map { try FileSystem.status(of: folder + "/" + $0)?.byteCount ?? 0 }
        let names = try Self.shardFiles(folder)
        #expect(try names.reduce(0) { $0 + (try FileSystem.status(of: folder + "/" + $1)?.byteCount ?? 0) } <= 16_000, "\(sizes)")
      }
    }
  }

  @Test("a control file that is torn, made up or cut short is set up anew from the directory", arguments: 0..<6)
  func hostileControlFile(kind: Int) async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 4)
      let path = folder + "/.streaming-cache"
      let store = CountingStore(fixture.objects)
      do {
        let cache = try Self.open(fixture, folder, store, limit: 12_000)
        try await cache.fetch(0)
        try await cache.fetch(1)
      }
      var content = try FileSystem.readAll(path)
      switch kind {
      case 0: content = []
      case 1: content = Array(content.prefix(5000))
      case 2: for index in content.indices { content[index] = 0xFF }
      case 3: for index in 4096..<min(content.count, 4096 + 96) { content[index] ^= 0x5A }
      case 4: content[8] ^= 1
      default: content = Array("not a control file at all".utf8)
      }
      try FileDescriptor.open(path, .readWrite).resize(to: content.count)
      try FileDescriptor.open(path, .readWrite).write(content.span.bytes, at: 0)
      let cache = try Self.open(fixture, folder, store, limit: 12_000)
      for shard in [0, 1, 2, 3, 0] {
        try await cache.fetch(shard)
        #expect(try cache.residentFiles(of: shard) != nil)
        #expect(try Self.shardFiles(folder).count <= 2)
      }
    }
  }

  @Test("a control file that is cut short in use never ends the process")
  func cutShortInUse() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture(shardCount: 4)
      let cache = try Self.open(fixture, folder, MemoryStore(fixture.objects), limit: 12_000)
      try await cache.fetch(0)
      try FileDescriptor.open(folder + "/.streaming-cache", .readWrite).resize(to: 0)
      for shard in [1, 2, 3, 0] {
        try await cache.fetch(shard)
        #expect(try cache.residentFiles(of: shard) != nil)
        #expect(try Self.shardFiles(folder).count <= 2)
      }
    }
  }

  @Test("leftovers of dead processes go, those of live ones and foreign names stay")
  func leftovers() throws {
    try withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      let names = [
        "shard.00000.mds.999999999-0.tmp", "shard.00001.mds.1-7.tmp", "other.999999999-3.tmp", "other.1-3.tmp",
        "shard.00000.mds.tmp", "note.tmp",
      ]
      let bytes: [UInt8] = [1]
      for name in names { try FileSystem.write(bytes.span.bytes, to: folder + "/" + name) }
      // Somebody is installing shard 1 right now.
      let lock = try FileLock.tryAcquire(folder + "/.streaming-cache", at: 1)
      _ = try Self.open(fixture, folder, MemoryStore(fixture.objects))
      #expect(
        try FileSystem.list(folder) == [
          ".streaming-cache", "note.tmp", "other.1-3.tmp", "shard.00000.mds.tmp", "shard.00001.mds.1-7.tmp",
        ])
      _ = consume lock
    }
  }

  @Test("a directory in use for one address is refused to another; free, it changes hands")
  func otherRemote() throws {
    try withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      let store = MemoryStore(fixture.objects)
      do {
        let one = try Self.open(fixture, folder, store)
        let error = #expect(throws: CacheError.self) { try Self.open(fixture, folder, store, remote: "mem://b") }
        #expect(error?.code == .otherRemote)
        let index = #expect(throws: CacheError.self) { try Self.open(fixture, folder, store, index: [2]) }
        #expect(index?.code == .otherIndex)
        withExtendedLifetime(one) {}
      }
      _ = try Self.open(fixture, folder, store, remote: "mem://b")
    }
  }

  @Test("files of another version of the index stay only where their hashes prove them")
  func otherIndex() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      let store = CountingStore(fixture.objects)
      do {
        let cache = try Self.open(fixture, folder, store)
        for shard in 0..<3 { try await cache.fetch(shard) }
      }
      try flip(folder + "/shard.00001.mds")
      _ = try Self.open(fixture, folder, store, index: [2])
      #expect(try Self.shardFiles(folder) == ["shard.00000.mds", "shard.00002.mds"])
    }
  }

  @Test("a data set that was replaced in the store is noticed before anything of it is fetched")
  func replacedRemote() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      var objects = fixture.objects
      objects["index.json"] = [1]
      let first = CountingStore(objects)
      do {
        let cache = try Self.open(fixture, folder, first)
        try await cache.fetch(0)
      }
      objects["index.json"] = [2, 2]
      let second = CountingStore(objects)
      let cache = try Self.open(fixture, folder, second)
      for _ in 0..<2 {
        let error = await #expect(throws: CacheError.self) { try await cache.fetch(1) }
        #expect(error?.code == .otherIndex)
      }
      #expect(second.downloads["shard.00001.mds"] == nil)
      #expect(try cache.residentFiles(of: 0) != nil)
    }
  }

  @Test("an index that was just installed is not asked for again; another process's is, and is compared")
  func installedIndex() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      var objects = fixture.objects
      objects["index.json"] = fixture.json
      let store = CountingStore(objects)
      let installed = try await ShardCache.installIndex(
        in: folder, from: store, limit: .megabytes(1), until: .after(.seconds(10)))
      let stamp = CacheStamp(shardCount: 3, index: fixture.json.span.bytes, remote: "mem://a")
      let cache = try ShardCache.open(
        directory: folder, shards: fixture.index.shards, store: store, stamp: stamp, installed: installed)
      try await cache.fetch(0)
      #expect(store.heads["index.json"] == nil && store.downloads["index.json"] == 1)
      let again = try await ShardCache.installIndex(
        in: folder, from: store, limit: .megabytes(1), until: .after(.seconds(10)))
      #expect(again == nil)
      let other = try ShardCache.open(
        directory: folder, shards: fixture.index.shards, store: store, stamp: stamp, installed: again)
      try await other.fetch(1)
      // The version that the first one noted is still there: no bytes are needed to know.
      #expect(store.heads["index.json"] == 1 && store.downloads["index.json"] == 1)
      // One that came from elsewhere proves nothing.
      let stranger = try ShardCache.open(
        directory: folder, shards: fixture.index.shards, store: store,
        stamp: CacheStamp(shardCount: 3, index: fixture.json.span.bytes, remote: "mem://a"), installed: nil)
      try await stranger.fetch(2)
      #expect(store.heads["index.json"] == 2)
    }
  }

  @Test("a damaged shard is set aside and fetched again, as often as allowed")
  func quarantine() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      let store = CountingStore(fixture.objects)
      var options = CacheOptions()
      options.checksResidents = true
      do {
        let cache = try Self.open(fixture, folder, store, options: options)
        try await cache.fetch(0)
      }
      try flip(folder + "/shard.00000.mds")
      let cache = try Self.open(fixture, folder, store, options: options)
      #expect(try cache.residentFiles(of: 0) == nil)
      #expect(try FileSystem.list(folder + "/.streaming-damaged") == ["shard.00000.mds"])
      try await cache.fetch(0)
      #expect(try cache.residentFiles(of: 0) != nil)
      #expect(store.downloads["shard.00000.mds"] == 2)
      // One that is sound by its hash stays, however often somebody complains; then the complaints count.
      #expect(try cache.quarantine(0) && cache.quarantine(0))
      #expect(try Self.shardFiles(folder) == ["shard.00000.mds"])
      #expect(try !cache.quarantine(0))
    }
  }

  @Test("a directory without a store is left alone by quarantine and checks")
  func onlyCopy() throws {
    try withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      for (key, bytes) in fixture.objects { try FileSystem.write(bytes.span.bytes, to: folder + "/" + key.text) }
      try flip(folder + "/shard.00000.mds")
      var options = CacheOptions()
      options.checksResidents = true
      let cache = try Self.open(fixture, folder, nil, options: options, remote: nil, limit: 1)
      let error = #expect(throws: CacheError.self) { try cache.residentFiles(of: 0) }
      #expect(error?.code == .wrongHash)
      #expect(try !cache.quarantine(0))
      #expect(try FileSystem.list(folder) == ["shard.00000.mds", "shard.00001.mds", "shard.00002.mds"])
    }
  }

  @Test("a store that stops sending is given up after the limit, and tried again")
  func stalls() async throws {
    try await withTemporaryDirectory { folder in
      let fixture = try CacheFixture()
      var options = CacheOptions()
      options.downloadTimeout = .milliseconds(100)
      let store = StallingStore(base: MemoryStore(fixture.objects), stalls: 1)
      let cache = try Self.open(fixture, folder, store, options: options)
      try await cache.fetch(0)
      #expect(store.requests == 2)
      let never = try Self.open(fixture, folder, StallingStore(base: MemoryStore([:]), stalls: 99), options: options)
      let error = await #expect(throws: CacheError.self) { try await never.fetch(1) }
      #expect((error?.cause as? ObjectStoreError)?.code == .timedOut)
    }
  }
}

private func flip(_ path: String) throws {
  var bytes = try FileSystem.readAll(path)
  bytes[bytes.count / 2] ^= 1
  try FileDescriptor.open(path, .readWrite).write(bytes.span.bytes, at: 0)
}
