import TestSupport
import Testing

@testable import FakeObjectStores

@Suite("How a body is sent")
struct BodyPlanTests {
  /// Plays the steps; the times must not go back.
  func play(_ plan: BodyPlan, _ byteCount: Int) -> (bytes: [Int], ended: Bool, time: Duration) {
    var bytes: [Int] = []
    var time = Duration.zero
    for step in plan.steps(byteCount: byteCount) {
      switch step {
      case .send(let range): bytes += range
      case .sendChanged(let offset): bytes.append(-offset - 1)
      case .waitUntil(let next):
        #expect(next >= time)
        time = next
      case .end: return (bytes, true, time)
      }
    }
    return (bytes, false, time)
  }

  @Test("every plan sends each byte once, in order, up to its end", arguments: 0..<300)
  func random(seed: Int) {
    var random = SplitMix64(state: UInt64(seed))
    let byteCount = Int(random.next() % 60)
    let offset = Int(random.next() % 70)
    let all: [FakeFault] = [
      .truncate(after: offset), .reset(after: offset), .flip(at: Int(random.next() % 70)), .flip(at: 0),
      .stall(after: Int(random.next() % 70), for: .seconds(1)),
      .trickle(bytesPerSecond: Int(random.next() % 90)),
      .latency(.seconds(1)),
    ]
    let faults = all.filter { _ in random.next() % 3 == 0 }
    let plan = BodyPlan(faults)
    let (bytes, ended, _) = play(plan, byteCount)
    let cuts = faults.contains(.truncate(after: offset)) || faults.contains(.reset(after: offset))
    let last = cuts ? min(offset, byteCount) : byteCount
    let flips = Set(plan.flips)
    #expect(bytes == (0..<last).map { flips.contains($0) ? -$0 - 1 : $0 }, "seed \(seed): \(faults)")
    #expect(ended == (cuts && offset <= byteCount))
  }

  @Test("a rate takes its time, a stall adds to it")
  func times() {
    #expect(play(BodyPlan([.trickle(bytesPerSecond: 100)]), 250).time == .milliseconds(2500))
    #expect(play(BodyPlan([.stall(after: 10, for: .seconds(3))]), 20).time == .seconds(3))
    #expect(play(BodyPlan([.stall(after: 20, for: .seconds(3))]), 20).time == .seconds(3))
    #expect(play(BodyPlan([], bytesPerSecond: 1000), 500).time == .milliseconds(500))
    #expect(play(BodyPlan([.trickle(bytesPerSecond: 10)], bytesPerSecond: 1000), 20).time == .seconds(2))
    #expect(BodyPlan([.latency(.seconds(1)), .slowDown()]).isPlain)
  }

  @Test("a rule counts the requests that it matches")
  func script() {
    var script = FaultScript()
    script.add(.internalError, RequestMatch(method: "GET", keyContains: "shard", skipping: 1, count: 2))
    script.add(.slowDown(), RequestMatch(method: "PUT", count: nil))
    let requests = [
      ("GET", "shard.0"), ("GET", "index"), ("GET", "shard.1"), ("PUT", "shard.1"), ("GET", "shard.2"),
    ]
    let hit = requests.map { script.faults(method: $0.0, key: $0.1) }
    #expect(hit == [[], [], [.internalError], [.slowDown()], [.internalError]])
    #expect(script.faults(method: "GET", key: "shard.3") == [])
    #expect(script.faults(method: "PUT", key: "") == [.slowDown()])
  }
}
