extension RandomState {
  /// `count` integers in `low` ..< `high`; numpy's `RandomState.randint(low, high, count, dtype=…)`.
  ///
  /// Masked rejection: 32-bit draws (8 and 16 bits: pieces of one) for widths up to 2³², else 64-bit draws.
  /// `Value` stands for the `dtype`, `Int` for numpy's default.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no such integer, `.negativeCount` below 0.
  @inlinable
  public mutating func integers<Value: NumPyInteger>(
    _ low: Value, _ high: Value, count: Int
  ) throws(NumPyRandomError) -> [Value] {
    let count = try checkedCount(count)
    if count == 0 { return [] }
    let width = try Value.width(from: low, to: high, endpoint: false)
    return [Value](capacity: count) { output in generator.bits.fillMasked(&output, from: low, upTo: width) }
  }

  /// One integer in `low` ..< `high`; numpy's `RandomState.randint(low, high, dtype=…)`.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no such integer.
  @inlinable
  public mutating func integers<Value: NumPyInteger>(_ low: Value, _ high: Value) throws(NumPyRandomError)
    -> Value
  {
    let width = try Value.width(from: low, to: high, endpoint: false)
    if Value.pieceBitCount == 0 { return low.moved(by: generator.bits.nextMasked(upTo: width)) }
    var value = low
    var pieces = BitPieces()
    let mask = width == 0 ? 0 : UInt64.max &>> UInt64(truncatingIfNeeded: width.leadingZeroBitCount)
    while width > 0 {
      let draw = UInt64(pieces.next(Value.pieceBitCount, from: &generator.bits)) & mask
      if draw <= width {
        value = low.moved(by: draw)
        break
      }
    }
    return value
  }
}
