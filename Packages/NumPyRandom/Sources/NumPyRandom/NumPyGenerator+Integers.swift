extension NumPyGenerator {
  /// One integer in `low` ..< `high`, or `low` ... `high` with `endpoint`; numpy's
  /// `Generator.integers(low, high)`.
  ///
  /// `Value` stands for numpy's `dtype`. Lemire's method on 32-bit draws (8 and 16 bits: on pieces of one)
  /// for widths up to 2³², else on 64-bit draws. A range of one value draws nothing. The type's
  /// own largest value is reached with `endpoint`.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no such integer.
  @inlinable
  public mutating func integers<Value: NumPyInteger>(
    _ low: Value, _ high: Value, endpoint: Bool = false
  ) throws(NumPyRandomError) -> Value {
    let width = try Value.width(from: low, to: high, endpoint: endpoint)
    var pieces = BitPieces()
    return bits.draw(from: low, upTo: width, keeping: &pieces)
  }

  /// One integer of type `Int`; numpy's `Generator.integers(low, high)`.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no such integer.
  @inlinable @inline(__always)
  public mutating func integers(_ low: Int, _ high: Int, endpoint: Bool = false) throws(NumPyRandomError)
    -> Int
  {
    if endpoint ? low > high : low >= high {
      throw NumPyRandomError.emptyRange(from: low, to: high, endpoint: endpoint)
    }
    let width = UInt64(bitPattern: Int64(high &- low)) &- (endpoint ? 0 : 1)
    return low &+ Int(truncatingIfNeeded: bits.nextBounded(upTo: width))
  }

  /// `count` integers in `low` ..< `high`, or `low` ... `high`; numpy's
  /// `Generator.integers(low, high, count)`.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no such integer, `.negativeCount` below 0.
  /// - Complexity: O(count); allocates the result.
  @inlinable
  public mutating func integers<Value: NumPyInteger>(
    _ low: Value, _ high: Value, endpoint: Bool = false, count: Int
  ) throws(NumPyRandomError) -> [Value] {
    let count = try checkedCount(count)
    if count == 0 { return [] }
    let width = try Value.width(from: low, to: high, endpoint: endpoint)
    return [Value](capacity: count) { output in
      bits.fill(&output, from: low, upTo: width)
    }
  }

  /// Fills the free capacity of `output`; numpy's `Generator.integers` of that many.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no such integer, and capacity for one.
  /// - Complexity: O(free capacity), no allocation.
  @inlinable
  public mutating func integers<Value: NumPyInteger>(
    _ low: Value, _ high: Value, endpoint: Bool = false, into output: inout OutputSpan<Value>
  ) throws(NumPyRandomError) {
    if output.isFull { return }
    let width = try Value.width(from: low, to: high, endpoint: endpoint)
    bits.fill(&output, from: low, upTo: width)
  }

  /// One integer per pair of bounds; numpy's `Generator.integers` of two arrays of equal length.
  /// - Throws: ``NumPyRandomError`` `.lengthMismatch`, or `.emptyRange` for the first pair without an
  ///   integer; nothing is drawn then.
  @inlinable
  public mutating func integers<Value: NumPyInteger>(
    lows: [Value], highs: [Value], endpoint: Bool = false
  ) throws(NumPyRandomError) -> [Value] {
    guard lows.count == highs.count else {
      throw NumPyRandomError(
        .lengthMismatch, "highs", expected: "\(lows.count) bounds", found: "\(highs.count)")
    }
    var widths: [UInt64] = []
    for (low, high) in zip(lows, highs) {
      widths.append(try Value.width(from: low, to: high, endpoint: endpoint))
    }
    var pieces = BitPieces()
    return zip(lows, widths).map { low, width in
      bits.draw(from: low, upTo: width, keeping: &pieces)
    }
  }
}

/// The count, if it is one.
@inlinable
func checkedCount(_ count: Int) throws(NumPyRandomError) -> Int {
  if count >= 0 { return count }
  throw NumPyRandomError.negative(count)
}
