import BinaryIO
import CachePlanning
import DatasetLoading
import ObjectStorage
import SampleOrder
import ShardCaching
import ShardCompression
import ShardFormats
import Synchronization
import TestSupport
import Testing
import Threading

@Suite struct CacheLimitTests {
  /// A data set of 40 shards behind a store, with a cache directory beside it.
  private static func prepare(_ folder: String, codec: Codec? = nil) async throws -> (ObjectStoreRegistry, CountedDownloads) {
    try await DatasetFixture.write(0..<1000, to: folder + "/source", codec: codec, sizeLimit: 1400)
    let downloads = CountedDownloads()
    let stores = try DatasetFixture.stores(from: folder + "/source") { downloads.store(over: $0) }
    return (stores, downloads)
  }

  private static func dataset(
    _ folder: String, _ stores: ObjectStoreRegistry, limit: Int, world: World = .single,
    configure: (inout DatasetOptions) -> Void = { _ in }
  ) async throws -> StreamingDataset {
    try await StreamingDataset(
      [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 8, world: world, stores: stores
    ) {
      $0.shuffle = .py1s
      $0.blockSize = 100
      $0.canonicalNodes = 1
      $0.cacheLimit = ByteCount(limit)
      $0.predownload = 16
      configure(&$0)
    }
  }

  /// Bytes of shards and index that a directory holds.
  private static func used(_ folder: String) throws -> Int {
    try FileSystem.list(folder).reduce(0) { sum, name in
      guard !name.hasPrefix("."), !name.hasSuffix(".tmp") else { return sum }
      return sum + (try FileSystem.status(of: folder + "/" + name)?.byteCount ?? 0)
    }
  }

  @Test("a limited cache delivers every epoch right and never holds more than its limit", arguments: [nil, Codec.zstd(level: 1)])
  func staysWithin(codec: Codec?) async throws {
    try await withTemporaryDirectory { folder in
      let (stores, downloads) = try await Self.prepare(folder, codec: codec)
      // About a third of the data set.
      let index = try FileSystem.status(of: folder + "/source/index.json")?.byteCount ?? 0
      let limit = index + 22_000
      let dataset = try await Self.dataset(folder, stores, limit: limit)
      for _ in 0..<3 {
        let loader = try dataset.loader()
        var batches: [[Int]] = []
        while let batch = try loader.nextBlocking() {
          batches.append(try DatasetFixture.ids(batch))
          let used = try Self.used(folder + "/cache")
          #expect(used <= limit)
        }
        #expect(batches == DatasetFixture.expected(loader.plan))
        try loader.closeAndWait()
      }
      #expect(downloads.value > 0)
      for name in try FileSystem.list(folder + "/cache") { #expect(!name.hasSuffix(".tmp")) }
    }
  }

  @Test("what is kept is used again: fewer downloads by the plan than by last use")
  func keepsWhatIsNeeded() async throws {
    var counts: [EvictionPolicy: Int] = [:]
    for policy in EvictionPolicy.allCases {
      try await withTemporaryDirectory { folder in
        let (stores, downloads) = try await Self.prepare(folder)
        let index = try FileSystem.status(of: folder + "/source/index.json")?.byteCount ?? 0
        let dataset = try await Self.dataset(folder, stores, limit: index + 26_000) { $0.evictionPolicy = policy }
        for _ in 0..<4 { _ = try DatasetFixture.drain(try dataset.loader()) }
        counts[policy] = downloads.value
      }
    }
    print("downloads over 4 epochs: \(counts)")
    #expect(counts[.clairvoyant, default: .max] < counts[.leastRecentlyUsed, default: 0])
  }

  /// Shards that come in again under the best of all policies, which knows the whole run (Belady 1966), for the same order.
  private static func leastDownloads(_ plans: [EpochPlan], byteCounts: [Int], capacity: Int) -> Int {
    var uses: [Int] = []
    for plan in plans { uses += plan.shardUses(rank: 0).map(\.shard) }
    var nextUse = [Int](repeating: .max, count: uses.count)
    var seen = [Int](repeating: .max, count: byteCounts.count)
    for place in uses.indices.reversed() {
      nextUse[place] = seen[uses[place]]
      seen[uses[place]] = place
    }
    var resident: [Int: Int] = [:]
    var (byteCount, downloads) = (0, 0)
    for (place, shard) in uses.enumerated() {
      if resident[shard] == nil {
        downloads += 1
        byteCount += byteCounts[shard]
        while byteCount > capacity, let victim = resident.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key {
          resident[victim] = nil
          byteCount -= byteCounts[victim]
        }
      }
      resident[shard] = nextUse[place]
    }
    return downloads
  }

  @Test("with a cache of a third, epochs download at most a twentieth more than the best policy that knows all of them")
  func nearOptimum() async throws {
    try await withTemporaryDirectory { folder in
      let (stores, downloads) = try await Self.prepare(folder)
      let index = try FileSystem.status(of: folder + "/source/index.json")?.byteCount ?? 0
      let capacity = 22_000
      let dataset = try await Self.dataset(folder, stores, limit: index + capacity)
      var plans: [EpochPlan] = []
      for _ in 0..<5 {
        let loader = try dataset.loader()
        plans.append(loader.plan)
        #expect(try DatasetFixture.drain(loader) == DatasetFixture.expected(loader.plan))
      }
      // What is fetched for an epoch that does not come belongs to it.
      let text = try FileSystem.readAll(folder + "/source/index.json")
      let opened = try DatasetIndex(parsing: text.span.bytes, file: "index.json")
      let byteCounts = opened.shards.indices.map { opened.shards.rawByteCount(of: $0) }
      let least = Self.leastDownloads(plans, byteCounts: byteCounts, capacity: capacity)
      print("downloads over 5 epochs: \(downloads.value), at least \(least); of \(byteCounts.count) shards, \(byteCounts.reduce(0, +)) bytes")
      #expect(Double(downloads.value) <= 1.05 * Double(least))
    }
  }

  @Test("a limit too small is refused with the smallest that works, and that works")
  func smallest() async throws {
    try await withTemporaryDirectory { folder in
      let (stores, _) = try await Self.prepare(folder)
      let refused = await #expect(throws: LoadingError.self) { try await Self.dataset(folder, stores, limit: 4000) }
      #expect(refused?.code == .cache)
      let cause = try #require(refused?.cause as? CacheError)
      #expect(cause.code == .limitTooSmall)
      let needed = try #require(cause.expected.split(separator: " ").compactMap { Int($0) }.first)
      await #expect(throws: LoadingError.self) { try await Self.dataset(folder, stores, limit: needed - 1) }
      let dataset = try await Self.dataset(folder, stores, limit: needed)
      let loader = try dataset.loader()
      var batches: [[Int]] = []
      while let batch = try loader.nextBlocking() {
        batches.append(try DatasetFixture.ids(batch))
        let used = try Self.used(folder + "/cache")
        #expect(used <= needed)
      }
      #expect(batches == DatasetFixture.expected(loader.plan))
    }
  }

  @Test("ranks that share a limited directory all get their batches, and random access does")
  func ranks() async throws {
    try await withTemporaryDirectory { folder in
      let (stores, _) = try await Self.prepare(folder)
      let index = try FileSystem.status(of: folder + "/source/index.json")?.byteCount ?? 0
      try await withThrowingTaskGroup(of: Void.self) { group in
        for rank in 0..<4 {
          group.addTask {
            let world = try World(nodes: 1, ranksPerNode: 4).seen(from: rank)
            let dataset = try await Self.dataset(folder, stores, limit: index + 60_000, world: world)
            for _ in 0..<2 {
              let loader = try dataset.loader()
              var batches: [[Int]] = []
              for try await batch in loader { batches.append(try DatasetFixture.ids(batch)) }
              #expect(batches == DatasetFixture.expected(loader.plan))
            }
            for id in stride(from: 3 + rank, to: 1000, by: 97) {
              let values = try await dataset.fetchSample(at: id)
              #expect(values["id"] == .int(id))
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try Self.used(folder + "/cache") <= index + 60_000)
    }
  }

  @Test("a stream without a remote is never touched by eviction, and does not count")
  func localOnly() async throws {
    try await withTemporaryDirectory { folder in
      let (stores, _) = try await Self.prepare(folder)
      try await DatasetFixture.write(1000..<1500, to: folder + "/local", sizeLimit: 1400)
      let before = try FileSystem.list(folder + "/local")
      let index = try FileSystem.status(of: folder + "/source/index.json")?.byteCount ?? 0
      let streams = [DataStream(remote: "mem://x", local: folder + "/cache"), DataStream(local: folder + "/local")]
      let dataset = try await StreamingDataset(streams, batchSize: 8, stores: stores) {
        $0.shuffle = .py1s
        $0.blockSize = 100
        $0.cacheLimit = ByteCount(index + 26_000)
        $0.predownload = 16
      }
      for _ in 0..<2 { _ = try DatasetFixture.drain(try dataset.loader()) }
      #expect(try FileSystem.list(folder + "/local") == before)
      #expect(try Self.used(folder + "/cache") <= index + 26_000)
    }
  }
}

/// How many shards were downloaded.
final class CountedDownloads: Sendable {
  private let count = Mutex(0)
  var value: Int { count.withLock { $0 } }

  func store(over base: MemoryStore) -> WatchedStore {
    WatchedStore(base: base, asked: { key in if key.text != "index.json" { self.count.withLock { $0 += 1 } } })
  }
}
