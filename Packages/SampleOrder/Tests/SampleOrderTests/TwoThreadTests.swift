import NumPyRandom
import Testing

@testable import SampleOrder

@Suite struct TwoThreadTests {
  @Test("shuffles with partners drawn ahead are numpy's, over borders of pieces, and so is the generator after them")
  func shuffles() throws {
    let sizes = [70_000, 1, 0, 2, 65_537, 300, 0]
    var plain = try NumPyGenerator(seed: 5)
    let ahead = ShuffleAhead(sizes: sizes, generator: plain)
    var states: [Generator] = []
    for size in sizes {
      states.append(plain)
      var expected = [UInt32](0..<UInt32(size))
      var came = expected
      plain.shuffle(&expected)
      ahead.shuffle(&came)
      #expect(came == expected, "size \(size)")
    }
    let end = ahead.finish()
    #expect(end.generator.bits == plain.bits)
    #expect(end.states.map { $0.restored(in: plain).bits } == states.map(\.bits))
  }

  @Test("a reader that stops halfway leaves no thread behind")
  func abandoned() throws {
    let ahead = ShuffleAhead(sizes: [3, 1 << 30], generator: try NumPyGenerator(seed: 5))
    var some: [UInt32] = [1, 2, 3]
    ahead.shuffle(&some)
  }

  @Test("long runs on two threads are the order, in one piece, in parts, with gaps, and before and after other reads",
    arguments: ShuffleAlgorithm.allCases, [1, 3])
  func runs(algorithm: ShuffleAlgorithm, step: Int) throws {
    let sizes = (0..<40).map { 700 + $0 * 31 } + [0, 1]
    let whole = try shuffledOrder(algorithm, unitSizes: sizes, canonicalNodes: 2, seed: 9, epoch: 1, blockSize: 7000)
    let settings = ShuffleSettings(algorithm: algorithm, canonicalNodes: 2, seed: 9, epoch: 1, blockSize: 7000)
    var lookup = try StreamOrder<UInt32>(units: UnitTable(sizes: sizes), shuffle: settings)
    lookup.threshold = 100
    let node = whole.count / 2
    // Ascending reads, then a jump back, then across the border of nodes.
    for first in [0, 9_000, 9_001, 15_000, 4_000, node, node + 10_000, node - 4 * step] {
      let end = first < node && first + 8_000 > node && first > node - 100 ? first + 20 * step : first + 8_000
      let count = min((end - first) / step, (whole.count - first) / step)
      let ids = [Int64](capacity: count) { out in
        lookup.appendIds(PositionRun(first: first, step: step, count: count), to: &out)
      }
      #expect(ids == (0..<count).map { Int64(whole[first + $0 * step]) }, "from \(first)")
      var other = [Int64(first / 2)]
      var span = other.mutableSpan
      lookup.translate(&span)
      #expect(other == [Int64(whole[first / 2])])
    }
  }

  @Test("a rank's samples are the same in one long read and batch by batch", arguments: ShuffleAlgorithm.allCases)
  func plan(algorithm: ShuffleAlgorithm) throws {
    var options = OrderOptions(batchSize: 7)
    options.shuffle = algorithm
    options.blockSize = 900
    options.canonicalNodes = 2
    for (nodes, ranks, start) in [(1, 1, 0), (2, 3, 0), (2, 1, 28), (4, 2, 0)] {
      let world = try World(nodes: nodes, ranksPerNode: ranks, workersPerRank: 2)
      let plan = try EpochPlan(
        shape: DatasetShape(shardSizes: [900, 801, 1000]), options: options, world: world,
        from: EpochPosition(epoch: 1, sampleInEpoch: start))
      for rank in 0..<world.ranks {
        let batches = plan.batchCount(rank: rank) + 1
        let single = (0..<batches).flatMap { plan.samples(rank: rank, batches: $0..<$0 + 1) }
        #expect(plan.samples(rank: rank, batches: 0..<batches) == single)
        let workers = (0..<2).map { plan.samples(rank: rank, worker: $0, batches: 0..<plan.batchesPerWorker) }
        var dealt: [Int64] = []
        for batch in 0..<plan.batchesPerWorker {
          for worker in workers { dealt += worker[batch * 7..<batch * 7 + 7].filter { $0 >= 0 } }
        }
        #expect(single.filter { $0 >= 0 } == dealt)
      }
    }
  }
}
