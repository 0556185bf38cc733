extension PCG64 {
  /// Moves on as if `count` 64-bit draws had been made, and drops a kept half; numpy's `PCG64.advance`.
  ///
  /// Counts are modulo 2¹²⁸: `0 &- n` goes back by n. Brown, *Random Number Generation with Arbitrary
  /// Strides*, 1994.
  /// - Complexity: O(log `count`).
  public mutating func advance(by count: UInt128) {
    skip(count)
    hasKeptHalf = false
    keptHalf = 0
  }

  /// Moves on as if `count` 64-bit draws (or doubles) had been made, and keeps a kept half, as those draws
  /// do.
  ///
  /// What ``advance(by:)`` is to numpy, without its reset: the way to pass over `random` and `uniform`.
  /// - Complexity: O(log `count`).
  public mutating func skip(_ count: UInt128) {
    var remaining = count
    var factor = PCG64.multiplier
    var addend = increment
    var totalFactor: UInt128 = 1
    var totalAddend: UInt128 = 0
    while remaining != 0 {
      if remaining & 1 == 1 {
        totalFactor = totalFactor &* factor
        totalAddend = totalAddend &* factor &+ addend
      }
      addend = (factor &+ 1) &* addend
      factor = factor &* factor
      remaining &>>= 1
    }
    state = totalFactor &* state &+ totalAddend
  }

  /// A copy that is `jumps` × 210306068529402873165736369884012333109 draws ahead; numpy's `PCG64.jumped`.
  ///
  /// The step is 2¹²⁸ divided by the golden ratio, so that jumped streams don't overlap. Negative goes back.
  public func jumped(_ jumps: Int = 1) -> PCG64 {
    var copy = self
    copy.advance(by: 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835 &* UInt128(truncatingIfNeeded: jumps))
    return copy
  }
}
