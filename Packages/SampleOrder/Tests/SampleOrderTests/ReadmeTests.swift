import SampleOrder
import Testing

@Suite struct ReadmeTests {
  @Test("the example of the README")
  func example() throws {
    // snippet: plan
    let shape = try DatasetShape(shardSizes: [1200, 1200, 873])
    var options = OrderOptions(batchSize: 32)
    options.shuffle = .py1e
    options.seed = 17
    let world = try World(nodes: 2, ranksPerNode: 8, workersPerRank: 4)

    var run = try RunOrder(shape: shape, options: options, world: world)
    let plan = try run.nextPlan()  // epoch 0
    for batch in 0..<plan.batchCount(rank: 3) {
      let ids = plan.samples(rank: 3, batches: batch..<batch + 1)  // -1 fills up a short last batch
      print(ids.count, plan.state(afterBatches: batch + 1, rank: 3).json)
    }
    // end snippet
    #expect(plan.batchCount(rank: 3) == 7)
  }
}
