extension BitGenerator {
  /// A uniform number in 0 ... `top` by masked rejection; numpy's `random_interval`, which its shuffles use.
  ///
  /// Draws 32 bits at a time for a `top` below 2³², else 64; nothing for 0.
  @inlinable @inline(__always)
  public mutating func nextMasked(upTo top: UInt64) -> UInt64 {
    if top == 0 { return 0 }
    let mask = UInt64.max &>> UInt64(truncatingIfNeeded: top.leadingZeroBitCount)
    if top <= 0xffff_ffff {
      while true {
        let value = UInt64(next32()) & mask
        if value <= top { return value }
      }
    }
    while true {
      let value = next64() & mask
      if value <= top { return value }
    }
  }

  /// A uniform number in 0 ... `top` by Lemire's multiplication; numpy's `random_bounded_uint64` unmasked.
  ///
  /// Draws 32 bits at a time for a `top` below 2³², else 64; nothing for 0. Lemire, *Fast Random Integer
  /// Generation in an Interval*, 2019.
  @inlinable @inline(__always)
  public mutating func nextBounded(upTo top: UInt64) -> UInt64 {
    if top <= 0xffff_ffff {
      return UInt64(nextBounded32(upTo: UInt32(truncatingIfNeeded: top)))
    }
    // A copy, so that this rare call does not keep the state of a loop in memory.
    var copy = self
    let value = copy.nextBounded64(upTo: top)
    self = copy
    return value
  }

  /// The 64-bit form of ``nextBounded(upTo:)``; numpy's `bounded_lemire_uint64`.
  @inlinable
  mutating func nextBounded64(upTo top: UInt64) -> UInt64 {
    if top == .max { return next64() }
    let count = top &+ 1
    var product = next64().multipliedFullWidth(by: count)
    if product.low < count {
      let rejected = (UInt64.max &- top) % count
      while product.low < rejected { product = next64().multipliedFullWidth(by: count) }
    }
    return product.high
  }

  /// The 32-bit form of ``nextBounded(upTo:)``; numpy's `buffered_bounded_lemire_uint32`.
  @inlinable @inline(__always)
  mutating func nextBounded32(upTo top: UInt32) -> UInt32 {
    if top == 0 { return 0 }
    if top == .max { return next32() }
    let count = UInt64(top &+ 1)
    var product = UInt64(next32()) &* count
    if UInt32(truncatingIfNeeded: product) < UInt32(truncatingIfNeeded: count) {
      let rejected = (UInt32.max &- top) % UInt32(truncatingIfNeeded: count)
      while UInt32(truncatingIfNeeded: product) < rejected { product = UInt64(next32()) &* count }
    }
    return UInt32(truncatingIfNeeded: product &>> 32)
  }
}
