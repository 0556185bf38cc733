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

/// What is done for the next epoch while this one is read.
@Suite struct NextEpochTests {
  /// Epochs that take a few whole shards each, others every time.
  private static func dataset(
    _ folder: String, _ downloads: NamedDownloads, limit: Int? = nil
  ) async throws -> StreamingDataset {
    let stores = try DatasetFixture.stores(from: folder + "/source") { downloads.store(over: $0) }
    return try await StreamingDataset(
      [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 8, stores: stores
    ) {
      $0.shuffle = .py1s
      $0.canonicalNodes = 1
      $0.epochSize = 160
      $0.samplingGranularity = 1000
      $0.predownload = 24
      $0.cacheLimit = limit.map { ByteCount($0) }
    }
  }

  /// The shards of an epoch's first batches.
  private static func firstShards(_ dataset: StreamingDataset, epoch: Int, batchCount: Int) throws -> Set<String> {
    var run = dataset.core.run.withLock { $0 }
    var plan = try run.nextPlan()
    while plan.position.epoch < epoch { plan = try run.nextPlan() }
    var names: Set<String> = []
    for id in plan.samples(rank: 0, batches: 0..<batchCount) where id >= 0 {
      let shard = dataset.shape.locator.location(of: Int(id)).shard
      names.insert(dataset.core.streams[0].index.shards[shard].files[0].raw.basename)
    }
    return names
  }

  private static func waitUntil(_ holds: () -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < end {
      if holds() { return true }
      await Task.yield()
    }
    return holds()
  }

  @Test("the next epoch's first shards come before this one's last batch is taken, without and with a limit", arguments: [false, true])
  func fetchedAhead(limited: Bool) async throws {
    try await withTemporaryDirectory { folder in
      let index = try await DatasetFixture.write(0..<1000, to: folder + "/source", sizeLimit: 1400)
      let byteCount = index.shards.indices.reduce(0) { $0 + index.shards.rawByteCount(of: $1) }
      let downloads = NamedDownloads()
      let limit = try #require(try FileSystem.status(of: folder + "/source/index.json")).byteCount + byteCount / 2
      let dataset = try await Self.dataset(folder, downloads, limit: limited ? limit : nil)
      let first = try Self.firstShards(dataset, epoch: 0, batchCount: 20)
      let next = try Self.firstShards(dataset, epoch: 1, batchCount: 3)
      #expect(!next.subtracting(first).isEmpty)
      let loader = try dataset.loader()
      var batches: [[Int]] = []
      for _ in 0..<loader.batchCount - 1 { batches.append(try DatasetFixture.ids(try #require(try loader.nextBlocking()))) }
      try await downloads.include(next)
      // What was done ahead is in no state.
      let last = try #require(try loader.nextBlocking())
      #expect(loader.state(after: last).epoch == 0 && loader.state(after: last).sampleInEpoch == 160)
      #expect(loader.initialState.sampleInEpoch == 0)
      batches.append(try DatasetFixture.ids(last))
      #expect(batches == DatasetFixture.expected(loader.plan))
      #expect(try loader.nextBlocking() == nil)
      for epoch in 1..<4 {
        let loader = try dataset.loader()
        #expect(loader.plan.position.epoch == epoch)
        #expect(try DatasetFixture.drain(loader) == DatasetFixture.expected(loader.plan))
      }
    }
  }

  @Test("a run that goes back, or reads in another way, is not given what was begun ahead")
  func other() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<1000, to: folder + "/source", sizeLimit: 1400)
      let dataset = try await Self.dataset(folder, NamedDownloads())
      let first = try dataset.loader()
      var states: [CheckpointState] = []
      while let batch = try first.nextBlocking() { states.append(first.state(after: batch)) }
      let columns = try dataset.loader { $0.columns = ["id"] }
      #expect(columns.schema.columns.map(\.name) == ["id"] && columns.plan.position.epoch == 1)
      var count = 0
      while let batch = try columns.nextBlocking() {
        let ids = try batch.column("id").withElements(as: Int64.self) { ids in ids.indices.map { Int(ids[$0]) } }
        #expect(ids == DatasetFixture.expected(columns.plan)[count])
        count += 1
      }
      #expect(count == 20)
      let resumed = try dataset.loader(resuming: states[4])
      #expect(resumed.plan.position.epoch == 0)
      #expect(try DatasetFixture.drain(resumed) == Array(DatasetFixture.expected(first.plan).dropFirst(5)))
      let next = try dataset.loader()
      #expect(next.plan.position.epoch == 1)
      #expect(try DatasetFixture.drain(next) == DatasetFixture.expected(columns.plan))
    }
  }

  @Test("the end of the data set ends what was begun, and so does leaving the loop before its end")
  func ends() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<1000, to: folder + "/source", sizeLimit: 1400)
      for isLeft in [false, true] {
        var dataset: StreamingDataset? = try await Self.dataset(folder, NamedDownloads())
        let core = try #require(dataset?.core)
        let loader = try #require(try dataset?.loader())
        for _ in 0..<loader.batchCount - 1 { _ = try loader.nextBlocking() }
        #expect(await Self.waitUntil { core.nextEpoch.begun != nil })
        let begun = try #require(core.nextEpoch.begun)
        if isLeft {
          loader.close()
        } else {
          while try loader.nextBlocking() != nil {}
          #expect(core.nextEpoch.begun === begun)
          dataset = nil
        }
        try await BlockingPool.shared.run { try begun.waitForEnd(until: .after(.seconds(10))) }
        #expect(core.nextEpoch.begun == nil)
        withExtendedLifetime(dataset) {}
      }
    }
  }

  @Test("a failure while the next epoch is begun is not the next epoch's, which asks again")
  func failure() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<1000, to: folder + "/source", sizeLimit: 1400)
      let downloads = NamedDownloads()
      let dataset = try await Self.dataset(folder, downloads)
      downloads.refused = try Self.firstShards(dataset, epoch: 1, batchCount: 3)
        .subtracting(try Self.firstShards(dataset, epoch: 0, batchCount: 20))
      let loader = try dataset.loader()
      for _ in 0..<loader.batchCount - 1 { _ = try loader.nextBlocking() }
      #expect(await Self.waitUntil { dataset.core.nextEpoch.begun?.monitor.withLock { $0.hasFailed } == true })
      while try loader.nextBlocking() != nil {}
      downloads.refused = []
      let next = try dataset.loader()
      #expect(try DatasetFixture.drain(next) == DatasetFixture.expected(next.plan))
    }
  }
}

/// Which objects were downloaded, and which are refused.
private final class NamedDownloads: Sendable {
  private let state = Monitor<(names: Set<String>, refused: Set<String>)>(([], []))
  var names: Set<String> { state.withLock { $0.names } }
  var refused: Set<String> {
    get { state.withLock { $0.refused } }
    set { state.withLock { $0.refused = newValue } }
  }
  /// Returns once all of these have been downloaded.
  func include(_ names: Set<String>) async throws {
    try await state.waitAsync(until: .after(.seconds(60)), charging: StallCause("the shards")) {
      names.isSubset(of: $0.names) ? () : nil
    }
  }

  func store(over base: MemoryStore) -> WatchedStore {
    WatchedStore(base: base) { key throws(ObjectStoreError) in
      if self.refused.contains(key.text) { throw ObjectStoreError(.unavailable, url: key.text) }
    } read: { key in
      self.state.notifying { _ = $0.names.insert(key.text) }
    }
  }
}
