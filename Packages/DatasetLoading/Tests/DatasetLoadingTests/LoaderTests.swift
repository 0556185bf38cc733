import BinaryIO
import ColumnarBatch
import DatasetLoading
import ObjectStorage
import PythonJSON
import SampleOrder
import ShardCompression
import TestSupport
import Testing
import Threading

@Suite struct LoaderTests {
  @Test(
    "every rank gets the plan's batches, with the right content, in every epoch",
    arguments: [ShuffleAlgorithm.none, .py1e, .naive, .py1s], [1, 3])
  func followsPlan(shuffle: ShuffleAlgorithm, workers: Int) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<501, to: folder)
      for rank in 0..<4 {
        let world = try World(nodes: 2, ranksPerNode: 2, workersPerRank: workers).seen(from: rank)
        let dataset = try await StreamingDataset(
          [DataStream(local: folder)], batchSize: 7, world: world, stores: ObjectStoreRegistry()
        ) {
          $0.shuffle = shuffle
        }
        #expect(dataset.count == 501)
        for epoch in 0..<2 {
          let loader = try dataset.loader { $0.threads = 1 + epoch }
          #expect(loader.plan.position.epoch == epoch)
          #expect(try DatasetFixture.drain(loader) == DatasetFixture.expected(loader.plan))
          try loader.closeAndWait()
        }
      }
    }
  }

  @Test("a run stopped anywhere goes on at the same sample, in a new data set, also on other nodes")
  func resumes() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<400, to: folder)
      func dataset(_ nodes: Int) async throws -> StreamingDataset {
        try await StreamingDataset(
          [DataStream(local: folder)], batchSize: 16 / nodes, world: try World(nodes: nodes), stores: ObjectStoreRegistry()
        ) {
          $0.shuffle = .py1e
          $0.canonicalNodes = 4
        }
      }
      let whole = try DatasetFixture.drain(try await dataset(1).loader())
      for stop in [0, 1, 7, whole.count - 1, whole.count] {
        let loader = try await dataset(1).loader()
        var state = loader.initialState
        for _ in 0..<stop { if let batch = try loader.nextBlocking() { state = loader.state(after: batch) } }
        loader.close()
        // Through its text, as a checkpoint goes.
        let saved = String(decoding: state.json.encoded(sortingKeys: false), as: UTF8.self)
        let resumed = try await dataset(1).loader(resuming: try CheckpointState(json: saved))
        #expect(try DatasetFixture.drain(resumed) == Array(whole[stop...]), "stopped after \(stop)")
        // Two nodes of half the batch: together the same samples in each global batch.
        let first = try DatasetFixture.drain(try await dataset(2).loader(resuming: state))
        for (batch, expected) in zip(first, whole[stop...]) { #expect(Set(batch).isSubset(of: Set(expected))) }
      }
    }
  }

  @Test("a data set goes back to a state of an epoch that it has passed; another order is refused by name")
  func goesBack() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<100, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry()) {
        $0.shuffle = .py1e
      }
      let first = try dataset.loader()
      _ = try first.nextBlocking()
      let batch = try #require(try first.nextBlocking())
      let state = first.state(after: batch)
      let rest = try DatasetFixture.drain(first)
      _ = try DatasetFixture.drain(try dataset.loader())
      let again = try dataset.loader(resuming: state)
      #expect(again.plan.position.epoch == 0)
      #expect(try DatasetFixture.drain(again) == rest)
      #expect(try dataset.loader().plan.position.epoch == 1)

      let other = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry()) {
        $0.shuffle = .py1s
      }
      let error = #expect(throws: LoadingError.self) { try other.loader(resuming: state) }
      #expect((error?.cause as? ConfigurationError)?.parameter == "shuffle_algo")
      _ = try other.loader(resuming: state) { $0.ignoresFingerprint = true }
    }
  }

  @Test("shards come from a store into the cache, once, and the next run needs the store no more", arguments: [nil, Codec.zstd(level: 3)])
  func streams(codec: Codec?) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<300, to: folder + "/source", codec: codec)
      let stores = try DatasetFixture.stores(from: folder + "/source")
      // snippet: streaming-dataset
      let stream = DataStream(remote: "mem://bucket/train", local: folder + "/cache")
      let dataset = try await StreamingDataset([stream], batchSize: 32, stores: stores) { $0.shuffle = .py1e }
      let loader = try dataset.loader()
      for try await batch in loader {
        let sum = try batch.column("weight").withElements(as: Float.self) { weights in
          weights.indices.reduce(0) { $0 + weights[$1] }
        }
        #expect(sum.isFinite)
        _ = loader.state(after: batch)  // what a checkpoint stores
      }
      // end snippet
      let offline = try await StreamingDataset(
        [DataStream(local: folder + "/cache")], batchSize: 32, stores: ObjectStoreRegistry()
      ) {
        $0.shuffle = .py1e
      }
      let again = try offline.loader()
      #expect(try DatasetFixture.drain(again) == DatasetFixture.expected(again.plan))
    }
  }

  @Test("a store that fails every third request and breaks bodies off changes nothing", arguments: 0..<4 as Range<UInt64>)
  func flakyStore(seed: UInt64) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<300, to: folder + "/source")
      let stores = try DatasetFixture.stores(from: folder + "/source") { store in
        RetryingStore(
          FaultInjectingStore(store, seed: seed, rates: [.unavailable: 0.2, .throttled: 0.1, .interruptedBody: 0.2, .shortBody: 0.1]),
          policy: RetryPolicy(attempts: 20, baseDelay: .microseconds(10)))
      }
      let dataset = try await StreamingDataset(
        [DataStream(remote: "mem://x", local: folder + "/cache")], batchSize: 32, stores: stores
      ) {
        $0.shuffle = .py1e
      }
      let loader = try dataset.loader()
      #expect(try DatasetFixture.drain(loader) == DatasetFixture.expected(loader.plan))
    }
  }

  @Test("a missing shard is an error in the place of the first batch that needs it, on each run the same")
  func missingShard() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<300, to: folder)
      try FileSystem.remove(folder + "/shard.00005.mds")
      var delivered: [Int] = []
      for threads in [1, 2, 4] {
        let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry())
        let loader = try dataset.loader { $0.threads = threads }
        var count = 0
        let error = #expect(throws: LoadingError.self) { while try loader.nextBlocking() != nil { count += 1 } }
        #expect(error?.code == .shard)
        #expect(error?.shard == 5)
        #expect(try loader.nextBlocking() == nil)
        delivered.append(count)
      }
      #expect(Set(delivered).count == 1)
      #expect((delivered.first ?? 0) > 0)
    }
  }

  @Test("leaving the loop, cancelling and closing end all threads")
  func ends() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<2000, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry())
      let left = try dataset.loader()
      for try await batch in left where batch.position.batch == 3 { break }
      try left.closeAndWait(until: .after(.seconds(5)))
      #expect(try left.nextBlocking() == nil)
      let unused = try dataset.loader()
      try unused.closeAndWait(until: .after(.seconds(5)))
      let cancelled = try dataset.loader()
      let task = Task { () throws(LoadingError) -> Int in
        var count = 0
        for try await _ in cancelled { count += 1 }
        return count
      }
      task.cancel()
      _ = try? await task.value
      try cancelled.closeAndWait(until: .after(.seconds(5)))
    }
  }

  @Test("a consumer may keep every batch: each keeps its own memory")
  func keepsBatches() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<300, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 4, stores: ObjectStoreRegistry())
      let loader = try dataset.loader { $0.prefetchBatches = 2 }
      var batches: [Batch] = []
      while let batch = try loader.nextBlocking() { batches.append(batch) }
      #expect(try batches.flatMap { try DatasetFixture.ids($0) } == Array(0..<300))
    }
  }

  @Test("a last short batch is delivered, or left out if asked")
  func lastBatch() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<21, to: folder)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 8, stores: ObjectStoreRegistry())
      #expect(try DatasetFixture.drain(try dataset.loader()).map(\.count) == [8, 8, 5])
      let loader = try dataset.loader { $0.dropsLast = true }
      #expect(loader.batchCount == 2)
      #expect(try DatasetFixture.drain(loader).map(\.count) == [8, 8])
    }
  }

  @Test("however many small batches an epoch has, all of them come", arguments: 1...3)
  func manySmallBatches(threads: Int) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<420, to: folder)
      for drop in stride(from: 0, to: 40, by: 3) {
        let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 1, stores: ObjectStoreRegistry())
        let state = try dataset.loader().initialState
        var later = state
        later.sampleInEpoch = drop
        let loader = try dataset.loader(resuming: later) {
          $0.threads = threads
          $0.timeout = .seconds(20)
        }
        #expect(try DatasetFixture.drain(loader).count == 420 - drop)
      }
    }
  }

  @Test("a file that somebody truncates under the mapping is an error, not a crash")
  func truncated() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<4000, to: folder, sizeLimit: 1 << 20)
      let dataset = try await StreamingDataset([DataStream(local: folder)], batchSize: 64, stores: ObjectStoreRegistry())
      _ = try DatasetFixture.drain(try dataset.loader())
      try FileDescriptor.open(folder + "/shard.00000.mds", .readWrite).resize(to: 4096)
      // Asked for in another way, so that none of its batches was assembled before.
      let loader = try dataset.loader { $0.prefetchBatches = 2 }
      let error = #expect(throws: LoadingError.self) { while try loader.nextBlocking() != nil {} }
      #expect(error?.code == .sample)
      #expect(error?.shard == 0)
    }
  }

  @Test("two streams mix by their proportions, and each sample keeps its own content")
  func mixes() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<200, to: folder + "/a")
      try await DatasetFixture.write(1000..<1100, to: folder + "/b")
      let dataset = try await StreamingDataset(
        [DataStream(local: folder + "/a", proportion: 0.25), DataStream(local: folder + "/b", proportion: 0.75)],
        batchSize: 10, stores: ObjectStoreRegistry()
      ) {
        $0.shuffle = .py1e
        $0.epochSize = 400
      }
      let loader = try dataset.loader()
      var fromSecond = 0
      var total = 0
      while let batch = try loader.nextBlocking() {
        for row in 0..<batch.rowCount {
          let id = batch.sampleIDs[row]
          let stored = try batch.column("id").withElements(as: Int64.self) { $0[row] }
          #expect(stored == (id < 200 ? id : id - 200 + 1000))
          fromSecond += id >= 200 ? 1 : 0
          total += 1
        }
      }
      #expect(total == 400)
      #expect(fromSecond == 300)
    }
  }
}
