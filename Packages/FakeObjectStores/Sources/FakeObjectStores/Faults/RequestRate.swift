/// Lets so many requests a second through, with a burst of a tenth of a second.
struct RequestRate: Sendable {
  private let perSecond: Double
  private var tokens: Double
  private var last: ContinuousClock.Instant?

  init(perSecond: Int) {
    self.perSecond = Double(max(1, perSecond))
    tokens = max(1, self.perSecond / 10)
  }

  /// Whether one more is let through now.
  mutating func admits(at now: ContinuousClock.Instant) -> Bool {
    if let last {
      let (seconds, attoseconds) = last.duration(to: now).components
      let passed = Double(seconds) + Double(attoseconds) / 1e18
      tokens = min(max(1, perSecond / 10), tokens + passed * perSecond)
    }
    last = now
    guard tokens >= 1 else { return false }
    tokens -= 1
    return true
  }
}
