extension NumPyGenerator {
  /// A number in 0 ..< 1 with 53 random bits; numpy's `Generator.random()`.
  @inlinable
  public mutating func random() -> Double { bits.nextDouble() }

  /// A number in `low` ..< `high`; numpy's `Generator.uniform(low, high)`.
  ///
  /// `low + (high − low) × random()`, rounded twice.
  /// - Throws: ``NumPyRandomError`` `.rangeNotFinite` when the width is infinite or not a number, `.emptyRange` when
  ///   `high` is below `low`.
  @inlinable
  public mutating func uniform(_ low: Double, _ high: Double) throws(NumPyRandomError) -> Double {
    let width = try checkedWidth(low, high)
    return low + width * bits.nextDouble()
  }

  /// `count` numbers in `low` ..< `high`; numpy's `Generator.uniform(low, high, count)`.
  /// - Throws: ``NumPyRandomError`` as ``uniform(_:_:)``, and `.negativeCount` below 0.
  /// - Complexity: O(count); allocates the result.
  @inlinable
  public mutating func uniform(_ low: Double, _ high: Double, count: Int) throws(NumPyRandomError) -> [Double] {
    let width = try checkedWidth(low, high)
    var values: [Double] = []
    values.reserveCapacity(try checkedCount(count))
    var bits = self.bits
    for _ in 0..<count { values.append(low + width * bits.nextDouble()) }
    self.bits = bits
    return values
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
    while !output.isFull { output.append(low + width * bits.nextDouble()) }
    self.bits = bits
  }

  /// `high − low`, if numpy accepts it.
  @inlinable
  func checkedWidth(_ low: Double, _ high: Double) throws(NumPyRandomError) -> Double {
    let width = high - low
    guard width.isFinite else {
      throw NumPyRandomError(
        .rangeNotFinite, "high", expected: "a finite distance from low, which is \(low)", found: "\(high)")
    }
    guard width.sign == .plus else {
      throw NumPyRandomError(.emptyRange, "high", expected: "at least low, which is \(low)", found: "\(high)")
    }
    return width
  }
}
