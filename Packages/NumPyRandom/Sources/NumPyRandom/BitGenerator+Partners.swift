extension BitGenerator {
  /// Draws up to 256 partners for a Fisher–Yates shuffle, one 32-bit draw after another.
  @inlinable
  public mutating func nextPartners(below top: inout Int, into partners: inout InlineArray<256, UInt32>) -> Int {
    var bits = self
    var walk = PartnerWalk(below: top)
    if bits.hasKeptHalf { walk.take(bits.next32(), &partners) }
    walk.takeRest(from: &bits, &partners)
    self = bits
    return walk.finish(&top)
  }
}

/// Where a shuffle's draws are within a batch of at most 256, all with the same mask.
///
/// A rejected draw is overwritten by the next one, so there is no branch to mispredict.
@usableFromInline @frozen
struct PartnerWalk {
  /// One more than the position to draw for, at the start and now.
  @usableFromInline let start: UInt32
  @usableFromInline var bound: UInt32
  /// One more than the position that the next batch starts with.
  @usableFromInline let end: UInt32
  @usableFromInline let mask: UInt32

  /// - Parameter top: a position in 1 ..< 2³² − 1.
  @inlinable @inline(__always)
  init(below top: Int) {
    let first = UInt32(truncatingIfNeeded: top)
    start = first &+ 1
    bound = start
    mask = UInt32.max &>> UInt32(truncatingIfNeeded: first.leadingZeroBitCount)
    end = max(mask &>> 1, first > 256 ? first &- 256 : 0) &+ 1
  }

  /// How many more partners the batch takes.
  @inlinable @inline(__always) var left: UInt32 { bound &- end }

  /// Writes a draw as the partner of the position at hand, and moves on to the next position unless it is too large.
  @inlinable @inline(__always)
  mutating func take(_ draw: UInt32, _ partners: inout InlineArray<256, UInt32>) {
    let value = draw & mask
    partners[Int(truncatingIfNeeded: start &- bound) & 255] = value
    bound = bound &+ UInt32(truncatingIfNeeded: (Int64(value) &- Int64(bound)) &>> 63)
  }

  /// The same, as a subtraction with borrow: one cycle less to wait for, but at the end of a loop the compiler makes a
  /// branch of it.
  @inlinable @inline(__always)
  mutating func takeWithin(_ draw: UInt32, _ partners: inout InlineArray<256, UInt32>) {
    let value = draw & mask
    partners[Int(truncatingIfNeeded: start &- bound) & 255] = value
    bound &-= value < bound ? 1 : 0
  }

  /// Takes what is left, two draws at a time as long as both are certain to be needed.
  @inlinable @inline(__always)
  mutating func takeRest(from bits: inout some BitGenerator, _ partners: inout InlineArray<256, UInt32>) {
    while left >= 2 {
      let (lower, upper) = bits.next32Pair()
      take(lower, &partners)
      take(upper, &partners)
    }
    while left >= 1 { take(bits.next32(), &partners) }
  }

  /// Tells the position to go on with.
  /// - Returns: how many partners were written.
  @inlinable @inline(__always)
  func finish(_ top: inout Int) -> Int {
    top = Int(truncatingIfNeeded: bound &- 1)
    return Int(truncatingIfNeeded: start &- bound)
  }
}
