import Testing

@testable import SampleOrder

@Suite struct ShardUsesTests {
  @Test("shard uses name the shards of each batch in order, and first uses once", arguments: 0..<20)
  func shardUses(seed: Int) throws {
    let settings = try RandomSettings(seed: seed, batching: [.random])
    let plan = try EpochPlan(shape: settings.shape, options: settings.options, world: settings.world)
    var expected: [[Int]] = []
    for batch in 0..<plan.batchCount(rank: 0) {
      var shards: [Int] = []
      for id in plan.samples(rank: 0, batches: batch..<batch + 1) where id >= 0 {
        let place = try #require(settings.shape.place(of: Int(id)))
        #expect(settings.shape.shardStarts[place.shard] + place.index == Int(id))
        if !shards.contains(place.shard) { shards.append(place.shard) }
      }
      expected.append(shards)
    }
    let uses = Array(plan.shardUses(rank: 0))
    #expect(uses.map(\.shard) == expected.flatMap { $0 })
    #expect(uses.filter(\.isFirst).count == Set(uses.map(\.shard)).count)
    #expect(Array(plan.shardUses(rank: 0, fromBatch: 1)).map(\.shard) == expected.dropFirst().flatMap { $0 })
  }

  @Test("a node's uses are those of its ranks batch by batch, replicas counted once", arguments: 0..<20)
  func nodeUses(seed: Int) throws {
    var settings = try RandomSettings(seed: 300 + seed)
    if settings.world.ranks % 2 == 0, seed % 2 == 0 { settings.options.replication = 2 }
    guard let plan = try? EpochPlan(shape: settings.shape, options: settings.options, world: settings.world) else { return }
    for node in 0..<settings.world.nodes {
      #expect(Array(plan.shardUses(node: node)).map { [$0.batch, $0.shard] } == Self.naive(plan, node: node))
    }
  }

  /// Batch and shard of each use, from the samples.
  static func naive(_ plan: EpochPlan, node: Int) -> [[Int]] {
    let ranks = node * plan.world.ranksPerNode..<(node + 1) * plan.world.ranksPerNode
    var uses: [[Int]] = []
    for batch in 0..<(ranks.map { plan.batchCount(rank: $0) }.max() ?? 0) {
      for rank in ranks {
        for id in plan.samples(rank: rank, batches: batch..<batch + 1) {
          guard let place = plan.shape.place(of: Int(id)), !uses.contains([batch, place.shard]) else { continue }
          uses.append([batch, place.shard])
        }
      }
    }
    return uses
  }

  @Test("a schedule tells the next use within its horizon, whatever was forgotten", arguments: 0..<20)
  func schedule(seed: Int) throws {
    let settings = try RandomSettings(seed: 400 + seed)
    guard let plan = try? EpochPlan(shape: settings.shape, options: settings.options, world: settings.world) else { return }
    let uses = Self.naive(plan, node: 0)
    let end = (uses.last?[0] ?? 0) + 1
    var schedule = plan.shardSchedule(node: 0)
    var handed: [[Int]] = []
    for batch in -1..<end {
      let horizon = min(end + 1, batch + 1 + seed % 7)
      handed += schedule.lookAhead(to: horizon).map { [$0.batch, $0.shard] }
      if batch % 3 == 2 { schedule.forget(before: batch) }
      for shard in 0..<plan.shape.shardCount {
        let next = uses.first { $0[0] > batch && $0[1] == shard }?[0]
        switch schedule.nextUse(of: shard, after: batch) {
        case .batch(let found): #expect(found == next && found < horizon)
        case .beyondHorizon: #expect(next == nil || next.map { $0 >= horizon } == true)
        case .never: #expect(next == nil)
        }
      }
    }
    schedule.lookAhead(to: .max)
    handed += []
    #expect(handed == Array(uses.prefix(handed.count)))
    #expect((0..<plan.shape.shardCount).allSatisfy { schedule.nextUse(of: $0, after: end) == .never })
  }

  @Test("what is used sooner comes first")
  func comparison() {
    let ascending: [NextShardUse] = [.batch(3), .batch(4), .beyondHorizon, .never]
    for (place, use) in ascending.enumerated() {
      for (other, later) in ascending.enumerated() { #expect((use < later) == (place < other)) }
    }
  }
}
