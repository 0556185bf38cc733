/// What is left of a 32-bit draw while values of 16, 8 or 1 bits are cut from it; numpy's `buf` and `bcnt`.
@usableFromInline @frozen
struct BitPieces {
  @usableFromInline var word: UInt32 = 0
  @usableFromInline var left: UInt32 = 0

  /// Nothing left over: the first piece makes a draw.
  @inlinable init() {}

  /// The next `width` bits, the lowest of a draw first; numpy's `buffered_uint8`, `buffered_uint16`.
  @inlinable @inline(__always)
  mutating func next(_ width: UInt32, from bits: inout some BitGenerator) -> UInt32 {
    if left == 0 {
      word = bits.next32()
      left = 32 / width &- 1
    } else {
      word &>>= width
      left &-= 1
    }
    return word & ((1 &<< width) &- 1)
  }
}

extension BitPieces {
  /// A uniform number in 0 ... `top` from pieces of `width` bits, by Lemire's method; nothing is drawn for 0.
  ///
  /// numpy's `buffered_bounded_lemire_uint8`, `…_uint16`, and `buffered_bounded_bool`.
  @inlinable
  mutating func nextBounded(upTo top: UInt64, width: UInt32, from bits: inout some BitGenerator) -> UInt64 {
    if top == 0 { return 0 }
    let count = UInt32(truncatingIfNeeded: top) &+ 1
    let mask: UInt32 = (1 &<< width) &- 1
    let rejected = (mask &+ 1 &- count) % count
    while true {
      let product = next(width, from: &bits) &* count
      if product & mask >= rejected { return UInt64(product &>> width) }
    }
  }
}
