import NumPyRandom

/// The range from which py1br and py1e draw sizes of blocks, which upstream takes as 0.75 and 1.25 times the option.
struct BlockBounds: Sendable {
  let low: Int
  let high: Int

  /// - Parameter stagger: whether the algorithm also draws below the low bound, as py1br does.
  /// - Throws: ``ConfigurationError`` `.outOfRange` when there is nothing to draw from.
  init(blockSize: Int, stagger: Bool) throws(ConfigurationError) {
    guard blockSize >= (stagger ? 2 : 1), blockSize <= 1 << 53 else {
      throw .outOfRange(
        "shuffle_block_size", expected: "between \(stagger ? 2 : 1) and 2^53", found: blockSize,
        remedy: "Increase shuffle_block_size, or the proportion of the stream it is divided by")
    }
    low = Int(0.75 * Double(blockSize))
    high = Int(1.25 * Double(blockSize))
  }
}

extension BlockBounds {
  /// `integers(low, high)` of numpy for bounds known to be in order.
  func draw(_ generator: inout Generator) -> Int {
    low + Int(truncatingIfNeeded: generator.bits.nextBounded(upTo: UInt64(high - 1 - low)))
  }

  /// `integers(0, low)` of numpy.
  func drawStagger(_ generator: inout Generator) -> Int {
    Int(truncatingIfNeeded: generator.bits.nextBounded(upTo: UInt64(low - 1)))
  }
}
