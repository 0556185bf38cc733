import Testing

@testable import SampleOrder

@Suite struct UpcomingPlanTests {
  private func run(_ algorithm: ShuffleAlgorithm = .py1e) throws -> RunOrder {
    var options = OrderOptions(batchSize: 4)
    options.shuffle = algorithm
    options.blockSize = 30
    return try RunOrder(shape: DatasetShape(shardSizes: [50, 60, 70]), options: options, world: World(ranksPerNode: 2))
  }

  private func ids(_ plan: EpochPlan) -> [Int64] { plan.samples(rank: 1, batches: 0..<plan.batchCount(rank: 1)) }

  @Test("a plan made ahead is the one used, with its work, and in the same order", arguments: ShuffleAlgorithm.allCases)
  func adopted(algorithm: ShuffleAlgorithm) throws {
    var plain = try run(algorithm)
    var ahead = try run(algorithm)
    for epoch in 0..<3 {
      let upcoming = try ahead.upcomingPlan()
      upcoming.prepare(rank: 1)
      #expect(ahead.nextEpoch == epoch)
      ahead.adopt(upcoming)
      let plan = try ahead.nextPlan()
      #expect(plan.store === upcoming.store)
      #expect(ids(plan) == ids(try plain.nextPlan()))
    }
  }

  @Test("a plan of another epoch or place, of other settings or data is not used")
  func refused() throws {
    var run = try run()
    let first = try run.nextPlan()
    run.adopt(first)
    #expect(try run.nextPlan().store !== first.store)

    let second = try run.upcomingPlan()
    run.adopt(second)
    run.load(first.state(afterBatches: 3, rank: 0))
    run.goBack(to: first.state(afterBatches: 3, rank: 0))
    let resumed = try run.nextPlan()
    #expect(resumed.position.epoch == 0 && resumed.position.sampleInEpoch == 24)

    var other = try RunOrder(shape: DatasetShape(shardSizes: [60, 50, 70]), options: run.options, world: run.world)
    let foreign = try EpochPlan(shape: run.shape, options: run.options, world: run.world)
    other.adopt(foreign)
    #expect(try other.nextPlan().store !== foreign.store)
    var settings = run.options
    settings.batchSize = 8
    other = try RunOrder(shape: run.shape, options: settings, world: run.world)
    other.adopt(foreign)
    #expect(try other.nextPlan().store !== foreign.store)
  }
}
