extension BitGenerator {
  /// One value of `low` ... `low + width`; numpy's `random_bounded_…_fill` of one.
  @inlinable @inline(__always)
  mutating func draw<Value: NumPyInteger>(
    from low: Value, upTo width: UInt64, keeping pieces: inout BitPieces
  ) -> Value {
    if Value.pieceBitCount == 0 { return low.moved(by: nextBounded(upTo: width)) }
    return low.moved(by: pieces.nextBounded(upTo: width, width: Value.pieceBitCount, from: &self))
  }

  /// Fills the free capacity with values of `low` ... `low + width`; numpy's `random_bounded_…_fill`.
  @inlinable
  mutating func fill<Value: NumPyInteger>(
    _ output: inout OutputSpan<Value>, from low: Value, upTo width: UInt64
  ) {
    // Copies, so that state and count stay in registers.
    var copy = self
    var filled = output
    if width == 0 {
      while !filled.isFull { filled.append(low) }
    } else if Value.pieceBitCount > 0 {
      copy.fillPieces(&filled, from: low, upTo: width)
    } else if width < 0xffff_ffff {
      copy.fillHalves(&filled, from: low, upTo: width)
    } else {
      while !filled.isFull { filled.append(low.moved(by: copy.nextBounded(upTo: width))) }
    }
    output = filled
    self = copy
  }

  /// Lemire's method on both halves of each 64-bit draw, for a `width` in 1 ..< 2³² − 1.
  @inlinable @inline(__always)
  mutating func fillHalves<Value: NumPyInteger>(
    _ output: inout OutputSpan<Value>, from low: Value, upTo width: UInt64
  ) {
    let count = width &+ 1
    let rejected = UInt32(truncatingIfNeeded: (0xffff_ffff &- width) % count)
    while !output.isFull {
      if hasKeptHalf || output.freeCapacity == 1 {
        output.append(low.moved(by: nextBounded(upTo: width)))
        continue
      }
      let (lower, upper) = next32Pair()
      let first = UInt64(lower) &* count
      var second = UInt64(upper) &* count
      if UInt32(truncatingIfNeeded: first) >= rejected { output.append(low.moved(by: first &>> 32)) }
      while UInt32(truncatingIfNeeded: second) < rejected { second = UInt64(next32()) &* count }
      output.append(low.moved(by: second &>> 32))
    }
  }

  /// Lemire's method on pieces of 32-bit draws. A rejected piece is overwritten by the next one: no branch.
  @inlinable @inline(__always)
  mutating func fillPieces<Value: NumPyInteger>(
    _ output: inout OutputSpan<Value>, from low: Value, upTo width: UInt64
  ) {
    let bitCount = Value.pieceBitCount
    let count = UInt32(truncatingIfNeeded: width) &+ 1
    let mask: UInt32 = (1 &<< bitCount) &- 1
    let rejected = (mask &+ 1 &- count) % count
    var pieces = BitPieces()
    var accepted = InlineArray<256, UInt16>(repeating: 0)
    while !output.isFull {
      let wanted = min(output.freeCapacity, 256)
      var place = 0
      while place < wanted {
        let product = pieces.next(bitCount, from: &self) &* count
        accepted[place & 255] = UInt16(truncatingIfNeeded: product &>> bitCount)
        place &+= product & mask >= rejected ? 1 : 0
      }
      for place in 0..<wanted { output.append(low.moved(by: UInt64(accepted[place & 255]))) }
    }
  }

  /// The same by masked rejection, as numpy's `RandomState` draws; numpy's `…_masked_uint8` … `…_masked_uint64`.
  @inlinable
  mutating func fillMasked<Value: NumPyInteger>(
    _ output: inout OutputSpan<Value>, from low: Value, upTo width: UInt64
  ) {
    let bitCount = Value.pieceBitCount
    let mask = width == 0 ? 0 : UInt64.max &>> UInt64(truncatingIfNeeded: width.leadingZeroBitCount)
    var pieces = BitPieces()
    var accepted = InlineArray<256, UInt64>(repeating: 0)
    while !output.isFull {
      let wanted = min(output.freeCapacity, 256)
      var place = width == 0 ? wanted : 0
      while place < wanted {
        let draw =
          bitCount > 0
          ? UInt64(pieces.next(bitCount, from: &self)) : width <= 0xffff_ffff ? UInt64(next32()) : next64()
        accepted[place & 255] = draw & mask
        place &+= draw & mask <= width ? 1 : 0
      }
      for place in 0..<wanted { output.append(low.moved(by: accepted[place & 255])) }
    }
  }
}
