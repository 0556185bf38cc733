internal import SystemLibC

extension NumPyGenerator {
  /// A number of the standard normal distribution; numpy's `Generator.standard_normal()`.
  ///
  /// Marsaglia and Tsang's ziggurat of 256 layers, as `random_standard_normal`: one 64-bit draw in 99.3 % of
  /// calls. The edges of layers use the C library's `exp` and `log1p`.
  @specialized(where Bits == PCG64)
  public mutating func standardNormal() -> Double {
    while true {
      let word = bits.next64()
      let layer = Int(word & 0xff)
      let magnitude = (word >> 9) & 0x000f_ffff_ffff_ffff
      // The sign is set without a branch, which would be mispredicted every other time.
      let size = Double(magnitude) * NormalZiggurat.width[layer]
      let value = Double(bitPattern: size.bitPattern | (word & 0x100) << 55)
      if magnitude < NormalZiggurat.inside[layer] { return value }
      if layer == 0 {
        while true {
          // log1p of −u, as u may be 0 but is never 1.
          let beyond = -NormalZiggurat.inverseTail * log1p(-bits.nextDouble())
          let height = -log1p(-bits.nextDouble())
          if height + height > beyond * beyond {
            let tail = NormalZiggurat.tail + beyond
            return (magnitude >> 8) & 1 == 1 ? -tail : tail
          }
        }
      }
      let low = NormalZiggurat.density[layer]
      if (NormalZiggurat.density[layer - 1] - low) * bits.nextDouble() + low < exp(-0.5 * value * value) {
        return value
      }
    }
  }

  /// A `Float` of the standard normal distribution; numpy's `Generator.standard_normal(dtype=np.float32)`.
  ///
  /// As ``standardNormal()`` on 32-bit draws: `random_standard_normal_f`.
  @specialized(where Bits == PCG64)
  public mutating func standardNormalFloat() -> Float {
    while true {
      let word = bits.next32()
      let layer = Int(word & 0xff)
      let magnitude = (word >> 9) & 0x007f_ffff
      let size = Float(magnitude) * NormalZigguratSingle.width[layer]
      let value = Float(bitPattern: size.bitPattern | (word & 0x100) << 23)
      if magnitude < NormalZigguratSingle.inside[layer] { return value }
      if layer == 0 {
        while true {
          let beyond = -NormalZigguratSingle.inverseTail * log1pf(-bits.nextFloat())
          let height = -log1pf(-bits.nextFloat())
          if height + height > beyond * beyond {
            let tail = NormalZigguratSingle.tail + beyond
            return (magnitude >> 8) & 1 == 1 ? -tail : tail
          }
        }
      }
      let low = NormalZigguratSingle.density[layer]
      let height = (NormalZigguratSingle.density[layer - 1] - low) * bits.nextFloat() + low
      // In double precision, as in C, where −0.5 is a double.
      if Double(height) < exp(-0.5 * Double(value) * Double(value)) { return value }
    }
  }

  /// `count` numbers of the standard normal distribution; numpy's `Generator.standard_normal(count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeCount` below 0.
  @specialized(where Bits == PCG64)
  public mutating func standardNormal(count: Int) throws(NumPyRandomError) -> [Double] {
    let count = try checkedCount(count)
    return [Double](capacity: count) { output in while !output.isFull { output.append(standardNormal()) } }
  }

  /// A number of the normal distribution; numpy's `Generator.normal(mean, deviation)`.
  /// - Throws: ``NumPyRandomError`` `.negativeScale` for a deviation below 0 (−0 included, as numpy).
  public mutating func normal(mean: Double = 0, deviation: Double = 1) throws(NumPyRandomError) -> Double {
    mean + (try checkedScale(deviation, "deviation")) * standardNormal()
  }

  /// `count` numbers of the normal distribution; numpy's `Generator.normal(mean, deviation, count)`.
  /// - Throws: ``NumPyRandomError`` `.negativeScale` for a deviation below 0, `.negativeCount` below 0.
  public mutating func normal(
    mean: Double = 0, deviation: Double = 1, count: Int
  ) throws(NumPyRandomError) -> [Double] {
    let count = try checkedCount(count)
    let deviation = try checkedScale(deviation, "deviation")
    return [Double](capacity: count) { output in
      while !output.isFull { output.append(mean + deviation * standardNormal()) }
    }
  }

  /// The scale, unless its sign is minus; NaN passes, as in numpy.
  func checkedScale(_ scale: Double, _ name: String) throws(NumPyRandomError) -> Double {
    if scale.isNaN || scale.sign == .plus { return scale }
    throw NumPyRandomError(.negativeScale, name, expected: "at least 0", found: "\(scale)")
  }
}
