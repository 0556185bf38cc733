extension NumPyGenerator {
  /// A number in 0 ..< 1 with 53 random bits; numpy's `Generator.random()`.
  @inlinable @inline(__always)
  public mutating func random() -> Double { bits.nextDouble() }

  /// `count` numbers in 0 ..< 1; numpy's `Generator.random(count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount` below 0.
  @inlinable
  public mutating func random(count: Int) throws(NumPyRandomError) -> [Double] {
    try uniform(0, 1, count: count)
  }

  /// A `Float` in 0 ..< 1 with 24 random bits, from a 32-bit draw; numpy's
  /// `Generator.random(dtype=np.float32)`.
  @inlinable @inline(__always)
  public mutating func randomFloat() -> Float { bits.nextFloat() }

  /// `count` `Float`s in 0 ..< 1; numpy's `Generator.random(count, dtype=np.float32)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount` below 0.
  @inlinable
  public mutating func randomFloats(count: Int) throws(NumPyRandomError) -> [Float] {
    let count = try checkedCount(count)
    var copy = bits
    let values = [Float](capacity: count) { output in while !output.isFull { output.append(copy.nextFloat()) }
    }
    bits = copy
    return values
  }

  /// A number in `low` ..< `high`; numpy's `Generator.uniform(low, high)`.
  ///
  /// `low + (high − low) × random()`, rounded twice.
  /// - Throws: ``NumPyRandomError`` `.rangeNotFinite` when the width is infinite or not a number,
  ///   `.emptyRange` when `high` is below `low`.
  @inlinable @inline(__always)
  public mutating func uniform(_ low: Double, _ high: Double) throws(NumPyRandomError) -> Double {
    let width = try checkedWidth(low, high)
    return low + width * bits.nextDouble()
  }

  /// `count` numbers in `low` ..< `high`; numpy's `Generator.uniform(low, high, count)`.
  /// - Throws: ``NumPyRandomError`` as ``uniform(_:_:)``, and `.negativeCount` below 0.
  /// - Complexity: O(count); allocates the result.
  @inlinable
  public mutating func uniform(_ low: Double, _ high: Double, count: Int) throws(NumPyRandomError) -> [Double]
  {
    _ = try checkedWidth(low, high)
    return try [Double](capacity: try checkedCount(count)) { output throws(NumPyRandomError) in
      try uniform(low, high, into: &output)
    }
  }

  /// Fills the free capacity of `output`; numpy's `Generator.uniform` of that many.
  /// - Throws: ``NumPyRandomError`` as ``uniform(_:_:)``.
  /// - Complexity: O(free capacity), no allocation.
  @inlinable
  public mutating func uniform(
    _ low: Double, _ high: Double, into output: inout OutputSpan<Double>
  ) throws(NumPyRandomError) {
    let width = try checkedWidth(low, high)
    var bits = self.bits
    var filled = output
    while !filled.isFull { filled.append(low + width * bits.nextDouble()) }
    output = filled
    self.bits = bits
  }

  /// `high − low`, if numpy accepts it.
  @inlinable @inline(__always)
  func checkedWidth(_ low: Double, _ high: Double) throws(NumPyRandomError) -> Double {
    let width = high - low
    if width.isFinite, width.sign == .plus { return width }
    throw NumPyRandomError.width(from: low, to: high)
  }
}

extension NumPyRandomError {
  /// Bounds whose distance is not a finite number of at least 0. Kept out of the loops that may throw it.
  @usableFromInline @inline(never)
  static func width(from low: Double, to high: Double) -> NumPyRandomError {
    (high - low).isFinite
      ? NumPyRandomError(.emptyRange, "high", expected: "at least low, which is \(low)", found: "\(high)")
      : NumPyRandomError(
        .rangeNotFinite, "high", expected: "a finite distance from low, which is \(low)", found: "\(high)")
  }
}
