import Testing

@testable import DatasetLoading

@Suite struct StallClockTests {
  /// The clock after one batch that went through every stage, 10 ns each, and a second one.
  static func clock(asked: Int64) -> StallClock {
    var clock = StallClock(window: 4)
    clock.planned(0, at: 10)
    clock.fetchStarted(3, at: 11)
    clock.fetchEnded(3, byteCount: 500, decompressing: 2, at: 22)
    clock.opened(3, since: 25, at: 30, thread: 1, readied: [0])
    clock.assembled(0, AssemblyTimes(queuedBehind: .decompress, started: 35, decoded: 45, finished: 60, thread: 1))
    clock.delivered(0, asked: asked, at: 64)
    return clock
  }

  @Test("the wait for a batch is split where its stages meet")
  func split() {
    let clock = Self.clock(asked: 0)
    let expected: [LoadingStage: Int64] = [
      .plan: 10, .download: 10, .decompress: 15, .decode: 10, .transform: 15, .consumer: 4,
    ]
    for stage in LoadingStage.allCases { #expect(clock.waits[stage] == expected[stage], "\(stage)") }
    #expect(clock.waits.sum == 64)
    #expect(clock.work[.download] == 9 && clock.work[.decompress] == 7 && clock.work[.transform] == 15)
    #expect(clock.fetchedByteCount == 500 && clock.fetchingTime == 11)
  }

  @Test("only what is left of a batch's way when it is asked for counts as waiting", arguments: 0..<70)
  func partial(asked: Int64) {
    let clock = Self.clock(asked: asked)
    #expect(clock.waits.sum == max(0, 64 - asked))
    #expect(clock.waits[.download] == max(0, min(10, 20 - asked)))
    #expect(clock.waits[.transform] == max(0, min(15, 60 - asked)))
  }

  @Test("parts add up to the time between deliveries, whatever the order of moments", arguments: 0..<200)
  func adds(seed: UInt64) {
    var random = RandomMoments(state: seed)
    var clock = StallClock(window: 3)
    var last: Int64 = 0
    var first: Int64?
    for position in 0..<20 {
      let moments = (0..<7).map { _ in last + random.next(100) }.sorted()
      clock.planned(position, at: last + random.next(100) - 50)
      clock.opened(0, since: moments[0], at: moments[1], thread: 0, readied: [position])
      clock.assembled(
        position,
        AssemblyTimes(queuedBehind: .plan, started: moments[2], decoded: moments[3], finished: moments[4], thread: 0))
      let asked = last + random.next(100)
      clock.delivered(position, asked: asked, at: max(moments[5], asked))
      first = first ?? asked
      last = clock.lastDelivered
      #expect(clock.waits.sum == last - (first ?? 0), "seed \(seed), batch \(position)")
    }
  }

  @Test("the latest are kept, oldest first", arguments: [0, 1, 4, 5, 9])
  func recent(count: Int) {
    var list = RecentList<Int>(capacity: 4)
    for number in 0..<count { list.append(number) }
    #expect(list.all == Array(0..<count).suffix(4))
  }
}

private struct RandomMoments {
  var state: UInt64

  mutating func next(_ bound: UInt64) -> Int64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int64((state >> 33) % bound)
  }
}
