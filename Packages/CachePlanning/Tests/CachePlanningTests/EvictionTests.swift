import CachePlanning
import Testing

@Suite struct EvictionTests {
  @Test("the shard that is used farthest in the future goes first, one that is never used before all")
  func clairvoyant() {
    // snippet: eviction
    let residents = [
      ResidentShard(shard: 0, byteCount: 10, lastUse: 3, batchesUntilUse: 5),
      ResidentShard(shard: 1, byteCount: 10, lastUse: 1, batchesUntilUse: 0),
      ResidentShard(shard: 2, byteCount: 10, lastUse: 2, batchesUntilUse: 40),
      ResidentShard(shard: 3, byteCount: 10, lastUse: 9),
    ]
    #expect(EvictionPolicy.clairvoyant.order(residents).map(\.shard) == [3, 2, 0, 1])
    // Room for what is needed in 10 batches is not made by what is needed sooner.
    #expect(EvictionPolicy.clairvoyant.order(residents, makingRoomFor: 10).map(\.shard) == [3, 2])
    #expect(EvictionPolicy.leastRecentlyUsed.order(residents).map(\.shard) == [1, 2, 0, 3])
    // end snippet
  }

  @Test("the table of uses gives the next use as a list of all uses does", arguments: 0..<30 as Range<UInt64>)
  func nextUse(seed: UInt64) {
    var random = Random(seed: seed)
    let slack = random.next(below: 4)
    var table = ShardUseTable(shardCount: 5, slack: slack)
    var uses = [[Int]](repeating: [], count: 5)
    for time in 0..<200 where random.next(below: 3) == 0 {
      let shard = random.next(below: 5)
      table.record(shard: shard, at: time)
      uses[shard].append(time)
    }
    for shard in 0..<5 {
      for time in 0..<210 {
        let next = uses[shard].first { $0 >= time }
        let previous = uses[shard].last { $0 <= time }
        // Inside of a span the shard counts as in use.
        let expected: Int? =
          if let next, let previous, next - previous <= slack + 1 { time } else { next }
        #expect(table.nextUse(of: shard, from: time) == expected, "seed \(seed), shard \(shard) at \(time)")
      }
    }
  }

  /// One process reads epochs, each shard once, in another order every time. Returns the hits of each epoch.
  static func hits(
    _ policy: EvictionPolicy, shardCount: Int, capacity: Int, epochCount: Int, knowsNextEpoch: Bool = true, seed: UInt64
  ) -> [Double] {
    var random = Random(seed: seed)
    let orders = (0...epochCount).map { _ in random.shuffled(shardCount) }
    var resident: [Int: UInt64] = [:]
    var clock: UInt64 = 0
    var rates: [Double] = []
    for epoch in 0..<epochCount {
      var uses = ShardUseTable(shardCount: shardCount)
      for (time, shard) in orders[epoch].enumerated() { uses.record(shard: shard, at: time) }
      if knowsNextEpoch {
        for (time, shard) in orders[epoch + 1].enumerated() { uses.record(shard: shard, at: shardCount + time) }
      }
      var hitCount = 0
      for (time, shard) in orders[epoch].enumerated() {
        clock += 1
        if resident[shard] != nil {
          hitCount += 1
        } else if resident.count == capacity {
          let residents = resident.map { number, lastUse in
            ResidentShard(
              shard: number, byteCount: 1, lastUse: lastUse,
              batchesUntilUse: uses.nextUse(of: number, from: time).map { $0 - time })
          }
          if let victim = policy.order(residents, makingRoomFor: 0).first { resident[victim.shard] = nil }
        }
        resident[shard] = clock
      }
      rates.append(Double(hitCount) / Double(shardCount))
    }
    return rates
  }

  @Test("a cache of 30 % serves 30 % of a reshuffled epoch by the plan, about 5 % by last use")
  func hitRates() {
    func mean(_ rates: [Double]) -> Double { rates.dropFirst().reduce(0, +) / Double(rates.count - 1) }
    func rate(_ policy: EvictionPolicy, knowsNextEpoch: Bool = true) -> Double {
      mean(Self.hits(policy, shardCount: 300, capacity: 90, epochCount: 5, knowsNextEpoch: knowsNextEpoch, seed: 7))
    }
    let (planned, fixed, recent) = (rate(.clairvoyant), rate(.clairvoyant, knowsNextEpoch: false), rate(.leastRecentlyUsed))
    print("hit rate of a 30 % cache: clairvoyant \(planned), without the next epoch \(fixed), last use \(recent)")
    #expect(planned > 0.28 && planned < 0.34)
    #expect(fixed > 0.26)
    #expect(recent > 0.01 && recent < 0.10)
  }

  @Test("the demand is that of the largest batch, and never above its bound")
  func demand() {
    var demand = CacheDemand(byteCounts: [5, 7, 100, 1, .max])
    demand.record(batch: [0, 1])
    demand.record(batch: [3])
    #expect(demand.largestBatch == 12)
    demand.record(batch: [2, 3, 9])
    #expect(demand.largestBatch == 101)
    #expect(CacheDemand(byteCounts: [5, 7, 100, 1]).bound(batchSize: 2) == 107)
    #expect(CacheDemand(byteCounts: [5, 7, 100, 1]).bound(batchSize: 99) == 113)
    #expect(demand.bound(batchSize: 3) == .max)
    #expect(CacheDemand.limit(forBatch: 10, processCount: 4, besides: 3) == 43)
    #expect(CacheDemand.limit(forBatch: .max / 2, processCount: 4) == .max)
  }
}

/// A small generator with a seed, so that a failure can be repeated.
struct Random {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  mutating func next(below bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }

  mutating func shuffled(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, next(below: last + 1)) }
    return order
  }
}
