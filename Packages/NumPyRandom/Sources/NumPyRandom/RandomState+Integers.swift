extension RandomState {
  /// One integer in `low` ..< `high`; numpy's `RandomState.randint(low, high, dtype=…)`.
  ///
  /// Masked rejection: 32-bit draws (8 and 16 bits: pieces of one) for widths up to 2³², else 64-bit draws.
  /// `Value` stands for the `dtype`, `Int` for numpy's default.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no such integer.
  @inlinable
  public mutating func integer<Value: NumPyInteger>(_ low: Value, _ high: Value) throws(NumPyRandomError)
    -> Value
  {
    let width = try Value.width(from: low, to: high, endpoint: false)
    var pieces = BitPieces()
    return low.moved(by: maskedOffset(upTo: width, pieceBitCount: Value.pieceBitCount, &pieces))
  }

  /// `count` integers in `low` ..< `high`; numpy's `RandomState.randint(low, high, count, dtype=…)`.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no such integer, `.negativeCount` below 0.
  @inlinable
  public mutating func integers<Value: NumPyInteger>(
    _ low: Value, _ high: Value, count: Int
  ) throws(NumPyRandomError) -> [Value] {
    let count = try checkedCount(count)
    if count == 0 { return [] }
    let width = try Value.width(from: low, to: high, endpoint: false)
    var pieces = BitPieces()
    return (0..<count).map { _ in
      low.moved(by: maskedOffset(upTo: width, pieceBitCount: Value.pieceBitCount, &pieces))
    }
  }
  /// An offset in 0 ... `width` by masked rejection; numpy's `buffered_bounded_masked_uint8` …
  /// `bounded_masked_uint64`.
  @usableFromInline
  mutating func maskedOffset(upTo width: UInt64, pieceBitCount: UInt32, _ pieces: inout BitPieces) -> UInt64 {
    if width == 0 { return 0 }
    guard pieceBitCount > 0 else { return generator.bits.nextMasked(upTo: width) }
    let mask = UInt64.max >> UInt64(width.leadingZeroBitCount)
    while true {
      let value = UInt64(pieces.next(pieceBitCount, from: &generator.bits)) & mask
      if value <= width { return value }
    }
  }
}
