internal import SystemLibC

extension NumPyGenerator {
  /// A number of the exponential distribution of mean 1; numpy's `Generator.standard_exponential()`.
  ///
  /// Marsaglia and Tsang's ziggurat of 256 layers, as `random_standard_exponential`: one 64-bit draw in 98.9
  /// % of calls. The edges of layers use the C library's `exp` and `log1p`.
  @specialized(where Bits == PCG64)
  public mutating func standardExponential() -> Double {
    while true {
      let word = bits.next64() >> 3
      let layer = Int(word & 0xff)
      let magnitude = word >> 8
      let value = Double(magnitude) * ExponentialZiggurat.width[layer]
      if magnitude < ExponentialZiggurat.inside[layer] { return value }
      // log1p of −u, as u may be 0 but is never 1.
      if layer == 0 { return ExponentialZiggurat.tail - log1p(-bits.nextDouble()) }
      let low = ExponentialZiggurat.density[layer]
      if (ExponentialZiggurat.density[layer - 1] - low) * bits.nextDouble() + low < exp(-value) {
        return value
      }
    }
  }

  /// A `Float` of the exponential distribution of mean 1; numpy's
  /// `Generator.standard_exponential(dtype=np.float32)`.
  ///
  /// As ``standardExponential()`` on 32-bit draws: `random_standard_exponential_f`.
  @specialized(where Bits == PCG64)
  public mutating func standardExponentialFloat() -> Float {
    while true {
      let word = bits.next32() >> 1
      let layer = Int(word & 0xff)
      let magnitude = word >> 8
      let value = Float(magnitude) * ExponentialZigguratSingle.width[layer]
      if magnitude < ExponentialZigguratSingle.inside[layer] { return value }
      if layer == 0 { return ExponentialZigguratSingle.tail - log1pf(-bits.nextFloat()) }
      let low = ExponentialZigguratSingle.density[layer]
      if (ExponentialZigguratSingle.density[layer - 1] - low) * bits.nextFloat() + low < expf(-value) {
        return value
      }
    }
  }

  /// `count` numbers of the exponential distribution of mean 1; numpy's
  /// `Generator.standard_exponential(count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount` below 0.
  @specialized(where Bits == PCG64)
  public mutating func standardExponential(count: Int) throws(NumPyRandomError) -> [Double] {
    let count = try checkedCount(count)
    return [Double](capacity: count) { output in while !output.isFull { output.append(standardExponential()) }
    }
  }

  /// A number of the exponential distribution; numpy's `Generator.exponential(scale)`.
  /// - Parameter scale: the mean, at least 0.
  /// - Throws: ``NumPyRandomError`` `.negativeScale` for a scale below 0 (−0 included, as numpy).
  public mutating func exponential(scale: Double = 1) throws(NumPyRandomError) -> Double {
    (try checkedScale(scale, "scale")) * standardExponential()
  }

  /// `count` numbers of the exponential distribution; numpy's `Generator.exponential(scale, count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeScale` for a scale below 0, `.negativeCount` below 0.
  public mutating func exponential(scale: Double = 1, count: Int) throws(NumPyRandomError) -> [Double] {
    let count = try checkedCount(count)
    let scale = try checkedScale(scale, "scale")
    return [Double](capacity: count) { output in
      while !output.isFull { output.append(scale * standardExponential()) }
    }
  }
}
