import NumPyRandom

typealias Generator = NumPyGenerator<PCG64>

/// A generator's place in its stream; the stream itself is known from elsewhere. 24 bytes instead of 48.
struct SavedBits: Sendable {
  private let high: UInt64
  private let low: UInt64
  private let kept: UInt32
  private let hasKept: Bool

  init(_ generator: Generator) {
    high = UInt64(truncatingIfNeeded: generator.bits.state >> 64)
    low = UInt64(truncatingIfNeeded: generator.bits.state)
    kept = generator.bits.keptHalf
    hasKept = generator.bits.hasKeptHalf
  }

  func combine(into hash: inout StableHash) {
    hash.combine(high)
    hash.combine(low)
    hash.combine(UInt64(kept) << 1 | (hasKept ? 1 : 0))
  }

  /// The generator at this place of the stream that `generator` draws from.
  func restored(in generator: Generator) -> Generator {
    var copy = generator
    copy.bits.state = UInt128(high) << 64 | UInt128(low)
    copy.bits.keptHalf = kept
    copy.bits.hasKeptHalf = hasKept
    return copy
  }
}

extension NumPyGenerator where Bits == PCG64 {
  /// Shuffles a part of an array as numpy shuffles a list of these elements.
  mutating func shuffle<Element>(_ elements: inout [Element], in range: Range<Int>) {
    var all = elements.mutableSpan
    var part = all._mutatingExtracting(range)
    shuffle(&part)
  }

  /// Passes over the draws of `choiceWithoutReplacement`, whose number does not depend on what is drawn before.
  mutating func skipChoice(_ population: Int, count: Int) {
    guard count > 0 else { return }
    if population > 10_000, count > population / 50 {
      for top in stride(from: population - 1, through: max(population - count, 1), by: -1) {
        _ = bits.nextBounded(upTo: UInt64(top))
      }
    } else {
      for top in (population - count)..<population { _ = bits.nextBounded(upTo: UInt64(top)) }
      for top in stride(from: count - 1, through: 1, by: -1) { _ = bits.nextBounded(upTo: UInt64(top)) }
    }
  }
}
