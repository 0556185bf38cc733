import CachePlanning
import Testing

@Suite struct TransferTunerTests {
  /// A link that gives each transfer `each` bytes per second, all together at most `total`.
  private func settled(each: Double, total: Double, initial: Int = 4, rounds: Int = 400) -> (concurrency: Int, mean: Double) {
    var tuner = TransferTuner(range: 1...64, initial: initial)
    var time = 0.0
    var sum = 0
    for round in 0..<rounds {
      let rate = min(total, each * Double(tuner.concurrency))
      let count = tuner.concurrency
      // All of a round end together, after the time that the link needs for them.
      time += Double(count) * 1e6 / rate
      for _ in 0..<count { tuner.ended(byteCount: 1_000_000, at: time, wasFull: true) }
      if round >= rounds / 2 { sum += tuner.concurrency }
    }
    return (tuner.concurrency, Double(sum) / Double(rounds - rounds / 2))
  }

  @Test("rises while more transfers bring more, and stays about where they stop to", arguments: [4, 10, 24])
  func climbs(worthwhile: Int) {
    let mean = settled(each: 1e6, total: Double(worthwhile) * 1e6).mean
    #expect(mean >= 0.8 * Double(worthwhile) && mean <= 2.2 * Double(worthwhile), "\(mean) for \(worthwhile)")
  }

  @Test("stays within its range, and changes nothing while transfers are too few to tell")
  func bounds() {
    #expect(settled(each: 1e6, total: 1e12).concurrency <= 64)
    var tuner = TransferTuner(range: 2...8, initial: 100)
    #expect(tuner.concurrency == 8)
    for time in 0..<100 { tuner.ended(byteCount: 1, at: Double(time), wasFull: false) }
    #expect(tuner.concurrency == 8 && tuner.rate == nil)
  }
}
