import NumPyRandom
import PythonJSON
import SampleOrder
import Testing

/// Draws settings that a plan accepts.
struct RandomSettings {
  var shape: DatasetShape
  var options: OrderOptions
  var world: World

  init(seed: Int, batching: [BatchingMethod] = BatchingMethod.allCases) throws {
    var draw = try NumPyGenerator(seed: 51_000 + seed)
    func pick<T>(_ values: [T]) throws -> T { values[try draw.integers(0, values.count)] }
    shape = try DatasetShape(
      (0..<pick([1, 2, 3])).map { _ in
        try StreamShape(shardSizes: (0..<draw.integers(1, 6)).map { _ in try draw.integers(10, 60) })
      })
    world = try World(nodes: pick([1, 2, 4]), ranksPerNode: pick([1, 2, 3]), workersPerRank: pick([1, 2, 3]))
    options = OrderOptions(batchSize: try pick([1, 2, 3, 4]))
    options.shuffle = try pick(ShuffleAlgorithm.allCases)
    options.seed = try ShuffleSeed(draw.integers(0, 1 << 31))
    options.blockSize = try pick([20, 100, 1000])
    options.canonicalNodes = try pick([4, 8])
    options.batching = try pick(batching)
    if shape.streams.count > 1, try pick([true, false]) { options.epochSize = try draw.integers(60, 400) }
  }
}

@Suite struct PlanTests {
  /// What PyTorch's DataLoader does with the workers' sequences.
  static func delivered(_ plan: EpochPlan, rank: Int) -> [[Int64]] {
    var workers = (0..<plan.world.workersPerRank).map { worker in
      plan.samples(rank: rank, worker: worker, batches: 0..<plan.batchesPerWorker).filter { $0 >= 0 }[...]
    }
    var batches: [[Int64]] = []
    while workers.contains(where: { !$0.isEmpty }) {
      for worker in workers.indices where !workers[worker].isEmpty {
        batches.append(Array(workers[worker].prefix(plan.batchSize)))
        workers[worker] = workers[worker].dropFirst(plan.batchSize)
      }
    }
    return batches
  }

  @Test("delivers what a DataLoader with these workers delivers, resumed and not", arguments: 0..<150)
  func delivery(seed: Int) throws {
    let settings = try RandomSettings(seed: seed)
    var positions = [EpochPosition(epoch: seed % 4)]
    positions.append(EpochPosition(epoch: 1, sampleInEpoch: 24, initialNodes: [1, 2, 4][seed % 3]))
    for position in positions {
      guard
        let plan = try? EpochPlan(
          shape: settings.shape, options: settings.options, world: settings.world, from: position)
      else { continue }
      for rank in 0..<settings.world.ranks {
        let expected = Self.delivered(plan, rank: rank)
        #expect(plan.batchCount(rank: rank) == expected.count)
        #expect(plan.sampleCount(rank: rank) == expected.reduce(0) { $0 + $1.count })
        let came = plan.samples(rank: rank, batches: 0..<expected.count)
        let padded = expected.flatMap { $0 + [Int64](repeating: -1, count: plan.batchSize - $0.count) }
        #expect(came == padded, "rank \(rank) from \(position)")
        if expected.count > 2 {
          #expect(plan.samples(rank: rank, batches: 1..<2) == expected[1] )
        }
        #expect(plan.samples(rank: rank, batches: expected.count..<expected.count + 1).allSatisfy { $0 == -1 })
      }
    }
  }

  /// Global batches, as sets: which device gets which part of one depends on the world.
  static func globalBatches(_ plan: EpochPlan) -> [[Int64]] {
    let count = (0..<plan.world.ranks).map { plan.batchCount(rank: $0) }.max() ?? 0
    return (0..<count).map { batch in
      (0..<plan.world.ranks).flatMap { plan.samples(rank: $0, batches: batch..<batch + 1) }.sorted()
    }
  }

  @Test("what came before a checkpoint and what comes after it are the whole epoch, on any world",
    arguments: 0..<TestScale.resumes)
  func elastic(seed: Int) throws {
    let settings = try RandomSettings(seed: seed)
    guard
      let plan = try? EpochPlan(
        shape: settings.shape, options: settings.options, world: settings.world, from: EpochPosition(epoch: 2))
    else { return }
    let ranks = settings.world.ranksPerNode
    let global = settings.world.ranks * plan.batchSize
    let whole = Self.globalBatches(plan)
    var draw = try NumPyGenerator(seed: 52_000 + seed)
    let done = try draw.integers(0, whole.count)
    let state = plan.state(afterBatches: done, rank: 0)
    #expect(state.sampleInEpoch == done * global)
    let full = whole.dropFirst(done).filter { !$0.contains(-1) }
    for nodes in [1, 2, 4] where global % (nodes * ranks) == 0 {
      let isSame = nodes == settings.world.nodes
      var options = settings.options
      options.batchSize = global / (nodes * ranks)
      let world = try World(nodes: nodes, ranksPerNode: ranks, workersPerRank: settings.world.workersPerRank)
      var run = try RunOrder(shape: settings.shape, options: options, world: world)
      run.load(try CheckpointState(json: state.json))
      // Other worlds repeat other samples to fill up the last ranks, so that the methods that compose batches from one
      // stream count other batches; and with random batching the epoch's end differs.
      guard isSame || options.batching == .random || options.batching == .stratified else { continue }
      let canonical = try #require(options.canonicalNodes)
      let unpadded = (plan.weights.epochSize - 1) / canonical * canonical / global - done
      // What fills up the last batch is repeated from before it; when only that batch is left, there is less to repeat.
      let isWhole = isSame || options.batching == .stratified
      let equal = isWhole && unpadded > 0 ? full.count : max(0, unpadded)
      let rest = Self.globalBatches(try run.nextPlan())
      #expect(rest.prefix(equal).elementsEqual(full.prefix(equal)), "on \(nodes) nodes from batch \(done)")
      #expect(rest.count >= equal)
    }
  }

  @Test("each epoch of an unweighted run has every sample", arguments: ShuffleAlgorithm.allCases, [1, 4])
  func complete(algorithm: ShuffleAlgorithm, nodes: Int) throws {
    let shape = try DatasetShape(shardSizes: [30, 41, 5, 100])
    var options = OrderOptions(batchSize: 4)
    options.shuffle = algorithm
    var run = try RunOrder(shape: shape, options: options, world: World(nodes: nodes, ranksPerNode: 2, workersPerRank: 2))
    for epoch in 0..<3 {
      let plan = try run.nextPlan()
      #expect(plan.position.epoch == epoch)
      let ids = (0..<2 * nodes).flatMap { plan.samples(rank: $0, batches: 0..<plan.batchCount(rank: $0)) }
      #expect(Set(ids).subtracting([-1]) == Set(0..<176))
    }
  }

  @Test("per_stream batches are of one stream, stratified ones have fixed shares")
  func composition() throws {
    let shape = try DatasetShape([
      StreamShape(shardSizes: [40, 60], weight: .proportion(0.25)),
      StreamShape(shardSizes: [90, 110], weight: .proportion(0.75)),
    ])
    for batching in [BatchingMethod.perStream, .stratified, .devicePerStream] {
      var options = OrderOptions(batchSize: 4)
      options.shuffle = .py1e
      options.batching = batching
      let plan = try EpochPlan(shape: shape, options: options, world: World(ranksPerNode: 2))
      for batch in 0..<plan.batchCount(rank: 0) {
        let ranks = (0..<2).map { plan.samples(rank: $0, batches: batch..<batch + 1).filter { $0 >= 0 } }
        let first = ranks.map { $0.count { $0 < 100 } }
        switch batching {
        case .perStream: #expect(first == [0, 0] || first == [4, 4])
        case .stratified: #expect(first == [2, 0])
        default: #expect(zip(first, ranks).allSatisfy { $0 == 0 || $0 == $1.count })
        }
      }
    }
  }

  @Test("an epoch needs a batch size, construction does not")
  func batchSize() throws {
    var run = try RunOrder(shape: DatasetShape(shardSizes: [5]), options: OrderOptions(), world: .single)
    #expect(run.length == 5)
    let error = #expect(throws: ConfigurationError.self) { try run.nextPlan() }
    #expect(error?.code == .missing)
    #expect(run.nextEpoch == 0)
  }
}
