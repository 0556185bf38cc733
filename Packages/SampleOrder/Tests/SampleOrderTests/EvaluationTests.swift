import SampleOrder
import Testing

@Suite struct EvaluationTests {
  /// Every world of up to 16 ranks.
  static let worlds = (1...16).flatMap { ranks in (1...16).filter { ranks % $0 == 0 }.map { (ranks / $0, $0) } }

  private func check(_ count: Int, _ world: World, _ options: OrderOptions) throws {
    let shape = try DatasetShape(shardSizes: [count])
    let plan = try EpochPlan(shape: shape, options: options, world: world)
    var seen = [Int](repeating: 0, count: count)
    let batches = plan.batchCount(rank: 0)
    for rank in 0..<world.ranks {
      #expect(plan.batchCount(rank: rank) == batches)
      for id in plan.samples(rank: rank, batches: 0..<batches) where id >= 0 { seen[Int(id)] += 1 }
    }
    #expect(seen.allSatisfy { $0 == 1 }, "\(count) samples, \(world), batch \(plan.batchSize)")
    #expect((batches - 1) * world.ranks * plan.batchSize < count)
  }

  @Test("each sample is delivered exactly once, for every size and world", arguments: worlds)
  func exact(nodes: Int, ranks: Int) throws {
    let world = try World(nodes: nodes, ranksPerNode: ranks, workersPerRank: 2)
    for batch in 1...8 {
      var options = OrderOptions(batchSize: batch)
      options.isEvaluation = true
      let counts = TestScale.hasEveryEvaluation ? Array(1...200) : Array(stride(from: batch, through: 200, by: 8))
      for count in counts { try check(count, world, options) }
    }
  }

  @Test("shuffled as well, with any canonical nodes", arguments: ShuffleAlgorithm.allCases)
  func shuffled(algorithm: ShuffleAlgorithm) throws {
    for (count, canonical) in [(1, 4), (7, 3), (64, 5), (150, 64), (199, 7)] {
      var options = OrderOptions(batchSize: 3)
      options.shuffle = algorithm
      options.canonicalNodes = canonical
      options.isEvaluation = true
      try check(count, World(nodes: 2, ranksPerNode: 3), options)
    }
  }

  @Test("is the order of training where that repeats nothing")
  func sameOrder() throws {
    let shape = try DatasetShape(shardSizes: [96, 96])
    var options = OrderOptions(batchSize: 4)
    options.shuffle = .py1e
    options.canonicalNodes = 4
    let world = try World(nodes: 2, ranksPerNode: 4, workersPerRank: 2)
    let training = try EpochPlan(shape: shape, options: options, world: world)
    options.isEvaluation = true
    let evaluation = try EpochPlan(shape: shape, options: options, world: world)
    for rank in 0..<8 {
      #expect(evaluation.samples(rank: rank, batches: 0..<6) == training.samples(rank: rank, batches: 0..<6))
    }
  }

  @Test("other batching methods are refused")
  func refuses() throws {
    var options = OrderOptions(batchSize: 4)
    options.isEvaluation = true
    options.batching = .perStream
    let shape = try DatasetShape(shardSizes: [96])
    let error = #expect(throws: ConfigurationError.self) { try EpochPlan(shape: shape, options: options, world: .single) }
    #expect(error?.code == .conflicting)
  }
}
