/// When to send a second request: learns how long answers take, and keeps to a budget. Pure.
public struct HedgingDecision: Sendable {
  private let policy: HedgingPolicy
  private var times = AnswerTimes()
  /// Second requests that may be sent; requests earn them.
  private var saved = 1.0

  /// The most second requests that can be saved up.
  static let reserve = 10.0

  /// Starts with nothing learned.
  public init(_ policy: HedgingPolicy = HedgingPolicy()) { self.policy = policy }

  /// A request is sent. Tells after how much time without an answer a second one is worth it.
  public mutating func began() -> Duration {
    saved = min(Self.reserve, saved + policy.budget)
    guard let usual = times.quantile(1 - policy.doubledFraction) else { return policy.minimumDelay }
    return max(policy.minimumDelay, usual)
  }

  /// The time has come. Returns whether the budget allows a second request, and spends it.
  public mutating func spend() -> Bool {
    guard saved >= 1 else { return false }
    saved -= 1
    return true
  }

  /// The first sign of an answer came after this much time.
  public mutating func answered(after time: Duration) { times.add(time) }
}

/// Times of the newest few hundred answers, by powers of the square root of two from 0.1 ms to a quarter of an hour.
struct AnswerTimes: Sendable {
  private static let slotCount = 48
  /// Fewer answers tell nothing of the tail.
  private static let leastCount = 20.0
  private var counts = [Double](repeating: 0, count: AnswerTimes.slotCount)
  private var total = 0.0

  mutating func add(_ time: Duration) {
    // Old answers fade: the tail of today is not that of an hour ago.
    if total >= 512 {
      for slot in counts.indices { counts[slot] /= 2 }
      total /= 2
    }
    counts[Self.slot(of: time)] += 1
    total += 1
  }

  /// A time that so many answers were faster than, at least; nil while there are too few.
  func quantile(_ fraction: Double) -> Duration? {
    guard total >= Self.leastCount else { return nil }
    var sum = 0.0
    for slot in counts.indices {
      sum += counts[slot]
      if sum >= fraction * total { return Self.end(of: slot) }
    }
    return Self.end(of: Self.slotCount - 1)
  }

  private static func slot(of time: Duration) -> Int {
    (0..<(slotCount - 1)).first { time < end(of: $0) } ?? slotCount - 1
  }

  /// The upper end of a slot: 0.1 ms times the square root of two, again and again.
  private static func end(of slot: Int) -> Duration {
    let whole = Duration.microseconds(100 << (slot / 2))
    return slot.isMultiple(of: 2) ? whole : whole * 1414 / 1000
  }
}
