import CachePlanning
import Testing

@Suite struct PrefetchPlannerTests {
  @Test("fetches in the order of first use, at most as many as allowed")
  func order() {
    // snippet: prefetch
    var planner = PrefetchPlanner(limits: .init(concurrentFetches: 2))
    var started: [PrefetchPlanner.Action] = []
    for shard in [7, 3, 7, 9] { started += planner.handle(.needed(shard: shard, byteCount: 100)) }
    #expect(started == [.fetch(shard: 7), .fetch(shard: 3)])
    #expect(planner.handle(.installed(shard: 3)) == [.fetch(shard: 9)])
    // end snippet
    #expect(planner.handle(.installed(shard: 7)) == [])
    #expect(planner.handle(.needed(shard: 7, byteCount: 100)) == [])
    #expect(planner.fetchCount == 1)
  }

  @Test("bytes in flight stay within the budget, but one fetch always runs")
  func budget() {
    var planner = PrefetchPlanner(limits: .init(concurrentFetches: 8, bytesInFlight: 250))
    #expect(planner.handle(.needed(shard: 0, byteCount: 1000)) == [.fetch(shard: 0)])
    #expect(planner.handle(.needed(shard: 1, byteCount: 100)) == [])
    #expect(planner.handle(.needed(shard: 2, byteCount: 200)) == [])
    #expect(planner.handle(.installed(shard: 0)) == [.fetch(shard: 1)])
    #expect(planner.handle(.installed(shard: 1)) == [.fetch(shard: 2)])
    #expect(planner.bytesInFlight == 200)
  }

  @Test("a failed shard can be asked for again; a released one is skipped when its turn comes")
  func failures() {
    var planner = PrefetchPlanner(limits: .init(concurrentFetches: 1))
    #expect(planner.handle(.needed(shard: 0, byteCount: 1)) == [.fetch(shard: 0)])
    #expect(planner.handle(.needed(shard: 1, byteCount: 1)) == [])
    #expect(planner.handle(.released(shard: 1)) == [])
    #expect(planner.handle(.failed(shard: 0)) == [])
    #expect(planner.handle(.needed(shard: 0, byteCount: 1)) == [.fetch(shard: 0)])
  }

  @Test("random runs: every shard is fetched once per need, never above the limits", arguments: 0..<20)
  func random(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let limits = PrefetchPlanner.Limits(concurrentFetches: 1 + next(4), bytesInFlight: 50 + next(200))
    var planner = PrefetchPlanner(limits: limits)
    var running: [Int] = []
    var fetched: [Int] = []
    var asked: [Int] = []
    func take(_ actions: [PrefetchPlanner.Action]) {
      for case .fetch(let shard) in actions {
        running.append(shard)
        fetched.append(shard)
      }
      #expect(running.count <= limits.concurrentFetches)
      #expect(planner.bytesInFlight <= limits.bytesInFlight || running.count == 1)
    }
    for shard in 0..<200 {
      asked.append(shard)
      take(planner.handle(.needed(shard: shard, byteCount: next(100))))
      if next(2) == 0, !running.isEmpty { take(planner.handle(.installed(shard: running.remove(at: next(running.count))))) }
    }
    while !running.isEmpty { take(planner.handle(.installed(shard: running.removeFirst()))) }
    #expect(fetched == asked, "seed \(seed)")
  }
}
