import BinaryIO
import ColumnarBatch
import DatasetLoading
import NumPyRandom
import ObjectStorage
import SampleOrder
import ShardFormats
import TestSupport
import Testing

/// What the order promises, asked of real loaders over real shards.
@Suite struct OrderInLoaderTests {
  /// A data set over `folder`, seen by a rank.
  private static func dataset(
    _ folder: String, batchSize: Int, world: World = .single, configure: (inout DatasetOptions) -> Void = { _ in }
  ) async throws -> StreamingDataset {
    try await StreamingDataset(
      [DataStream(local: folder)], batchSize: batchSize, world: world, stores: ObjectStoreRegistry(), configure: configure)
  }

  @Test("evaluation delivers each sample once over all ranks, and equally many batches to each, some of them short or empty")
  func evaluation() async throws {
    try await withTemporaryDirectory { folder in
      for count in [1, 2, 3, 5, 7, 16, 23] {
        try await DatasetFixture.write(0..<count, to: "\(folder)/\(count)", sizeLimit: 400)
        for ranks in [1, 2, 3, 8] {
          var all: [Int] = []
          var batchCounts: Set<Int> = []
          for rank in 0..<ranks {
            let dataset = try await Self.dataset(
              "\(folder)/\(count)", batchSize: 2, world: try World(ranksPerNode: ranks).seen(from: rank)
            ) {
              $0.isEvaluation = true
              $0.shuffle = .py1e
            }
            let batches = try DatasetFixture.drain(try dataset.loader())
            batchCounts.insert(batches.count)
            all += batches.joined()
          }
          #expect(all.sorted() == Array(0..<count), "\(count) samples, \(ranks) ranks")
          #expect(batchCounts.count == 1, "\(count) samples, \(ranks) ranks: \(batchCounts)")
        }
      }
    }
  }

  @Test("ranks of a data group receive the same batches whatever the mesh; stages that need no data open no shard")
  func mesh() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<90, to: folder + "/source")
      let stores = try DatasetFixture.stores(from: folder + "/source")
      let mesh = try DataMesh([.init("pipeline", 2), .init("data", 3), .init("tensor", 2)], readingStages: [0])
      var byGroup: [Int: [[Int]]] = [:]
      for rank in 0..<mesh.ranks {
        let stream = DataStream(remote: "mem://x", local: "\(folder)/\(rank)")
        let dataset = try await StreamingDataset(
          [stream], batchSize: 4, world: try mesh.dataWorld(of: rank), stores: stores
        ) { $0.shuffle = .py1e }
        guard mesh.needsData(rank) else { continue }
        let batches = try DatasetFixture.drain(try dataset.loader())
        #expect(byGroup[mesh.group(of: rank), default: batches] == batches)
        byGroup[mesh.group(of: rank)] = batches
      }
      for (group, batches) in byGroup {
        let plain = try await Self.dataset(
          folder + "/source", batchSize: 4, world: try World(ranksPerNode: 3).seen(from: group)
        ) { $0.shuffle = .py1e }
        #expect(try DatasetFixture.drain(try plain.loader()) == batches)
      }
      #expect(byGroup.count == 3)
      for rank in 6..<12 { #expect(try DatasetFixture.shards(in: "\(folder)/\(rank)").isEmpty) }
    }
  }

  @Test("the plan tells what each step delivered, with shard and place, before and after a resume", arguments: [ShuffleAlgorithm.py1e, .feistel])
  func provenance(algorithm: ShuffleAlgorithm) async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<700, to: folder)
      let dataset = try await Self.dataset(folder, batchSize: 8) {
        $0.shuffle = algorithm
        $0.blockSize = 200
      }
      let loader = try dataset.loader()
      var steps: [[Int]] = []
      var state = loader.initialState
      while let batch = try loader.nextBlocking() {
        steps.append(try DatasetFixture.ids(batch))
        if steps.count == 30 { state = loader.state(after: batch) }
      }
      for (step, ids) in steps.enumerated() {
        let told = loader.plan.provenance(batch: step)[0]
        #expect(told.map(\.id) == ids)
        for (id, place) in told { #expect(dataset.shape.shardStarts[place.shard] + place.index == id) }
      }
      for id in stride(from: 3, to: 700, by: 97) {
        let step = try #require(steps.firstIndex { $0.contains(id) })
        #expect(loader.plan.uses(of: id).map(\.batch) == [step])
      }
      // Of a resumed run steps count from where it went on.
      let resumed = try await Self.dataset(folder, batchSize: 8) {
        $0.shuffle = algorithm
        $0.blockSize = 200
      }.loader(resuming: state)
      #expect(resumed.plan.provenance(batch: 5)[0].map(\.id) == steps[35])
      resumed.close()
    }
  }

  @Test("batches are skipped by a state that counts them as delivered, and all others stay as they are")
  func skipping() async throws {
    try await withTemporaryDirectory { folder in
      try await DatasetFixture.write(0..<300, to: folder)
      func dataset() async throws -> StreamingDataset { try await Self.dataset(folder, batchSize: 8) { $0.shuffle = .py1s } }
      let whole = try DatasetFixture.drain(try await dataset().loader())
      let loader = try await dataset().loader()
      for _ in 0..<10 { _ = try loader.nextBlocking() }
      let last = try #require(try loader.nextBlocking())
      var state = loader.state(after: last)
      // Three batches of the one rank: from the 12th to the 14th.
      state.sampleInEpoch += 3 * 8
      #expect(try DatasetFixture.drain(try await dataset().loader(resuming: state)) == Array(whole[14...]))
    }
  }

  @Test("runs with random settings, stopped anywhere and resumed in a new data set, are the uninterrupted run", arguments: 0..<40)
  func resumes(seed: Int) async throws {
    try await withTemporaryDirectory { folder in
      var draw = try NumPyGenerator(seed: 77_000 + seed)
      func pick<T>(_ values: [T]) throws -> T { values[try draw.integers(0, values.count)] }
      let counts = try (0..<pick([1, 2, 3])).map { _ in try draw.integers(40, 120) }
      var streams: [DataStream] = []
      for (number, count) in counts.enumerated() {
        let first = counts[..<number].reduce(0, +)
        try await DatasetFixture.write(first..<first + count, to: "\(folder)/\(number)")
        streams.append(DataStream(local: "\(folder)/\(number)"))
      }
      let (shuffle, batching) = (try pick(ShuffleAlgorithm.allCases), try pick(BatchingMethod.allCases))
      // Stratified batches need a sample of each stream.
      let batchSize = try pick(batching == .stratified ? [16] : [1, 3, 4, 8])
      let (threads, epochSize) = (try pick([1, 2, 4]), try pick([nil, 90]))
      let world = try World(ranksPerNode: pick([1, 2]), workersPerRank: pick([1, 2, 3])).seen(from: 0)
      let given = streams
      func dataset() async throws -> StreamingDataset {
        try await StreamingDataset(given, batchSize: batchSize, world: world, stores: ObjectStoreRegistry()) {
          $0.shuffle = shuffle
          $0.batching = batching
          $0.blockSize = 50
          $0.canonicalNodes = 2
          $0.epochSize = epochSize
        }
      }
      let run = try await dataset()
      // Epoch 1, as an upstream run would be in the middle of.
      let skipped = try run.loader { $0.threads = threads }
      skipped.close()
      let loader = try run.loader { $0.threads = threads }
      let stop = try draw.integers(0, loader.batchCount, endpoint: true)
      var (state, before) = (loader.initialState, [[Int]]())
      for _ in 0..<stop {
        let batch = try #require(try loader.nextBlocking())
        before.append(try DatasetFixture.ids(batch))
        state = loader.state(after: batch)
      }
      loader.close()
      let resumed = try await dataset()
      let after = try DatasetFixture.drain(try resumed.loader(resuming: try CheckpointState(json: state.jsonText)))
      let whole = DatasetFixture.expected(loader.plan)
      #expect(before + after == whole, "\(shuffle) \(batching) after \(stop) of \(whole.count)")
      // And the epoch after it is the one that would have come.
      let second = try resumed.loader()
      #expect(second.plan.position.epoch == 2)
      #expect(try DatasetFixture.ids(#require(try second.nextBlocking())) == DatasetFixture.expected(second.plan)[0])
    }
  }
}
