/// The generator behind numpy's `default_rng`: a 128-bit congruential generator with XSL-RR output; numpy's
/// `PCG64`.
///
/// A value of 48 bytes; copying saves its state. Source: O'Neill, *PCG: A Family of Simple Fast
/// Space-Efficient Statistically Good Algorithms*, 2014.
/// ```swift
/// var bits = PCG64(seed: 9176)
/// let word = bits.next64()
/// ```
@frozen
public struct PCG64: BitGenerator, Hashable {
  /// The 128-bit state, which each 64-bit draw steps once; `state["state"]["state"]` of numpy.
  public var state: UInt128
  /// The odd increment, which selects one of 2¹²⁷ streams; `state["state"]["inc"]` of numpy.
  public let increment: UInt128
  /// Whether ``keptHalf`` waits for the next 32-bit draw; `has_uint32` of numpy.
  public var hasKeptHalf: Bool
  /// The upper half of the latest 64-bit draw made for a 32-bit one; `uinteger` of numpy.
  public var keptHalf: UInt32

  @usableFromInline static let multiplier: UInt128 = 0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645

  /// Seeds as numpy's `PCG64(SeedSequence(…))` does.
  public init(_ seeds: SeedSequence) {
    let words = seeds.state64(4)
    self.init(
      initialState: UInt128(words[0]) << 64 | UInt128(words[1]),
      stream: UInt128(words[2]) << 64 | UInt128(words[3]))
  }

  /// Seeds as numpy's `PCG64(seed)` does.
  public init(seed: SeedEntropy) { self.init(SeedSequence(seed)) }

  /// The seeding of the reference implementation, `pcg_setseq_128_srandom_r`.
  init(initialState: UInt128, stream: UInt128) {
    increment = stream << 1 | 1
    state = (increment &+ initialState) &* PCG64.multiplier &+ increment
    hasKeptHalf = false
    keptHalf = 0
  }

  /// The next 64 bits: steps the state, then folds and rotates it. Leaves a kept half alone.
  @inlinable @inline(__always)
  public mutating func next64() -> UInt64 {
    state = PCG64.step(state, increment)
    return PCG64.output(of: state)
  }

  /// The next 32 bits: the kept half if there is one, else the lower half of a 64-bit draw, of which the
  /// upper is kept.
  @inlinable @inline(__always)
  public mutating func next32() -> UInt32 {
    if hasKeptHalf {
      hasKeptHalf = false
      return keptHalf
    }
    let word = next64()
    hasKeptHalf = true
    keptHalf = UInt32(truncatingIfNeeded: word &>> 32)
    return UInt32(truncatingIfNeeded: word)
  }

  /// Both halves of one 64-bit draw, the lower first. Only while no half is kept.
  @inlinable @inline(__always)
  public mutating func next32Pair() -> (UInt32, UInt32) {
    let word = next64()
    keptHalf = UInt32(truncatingIfNeeded: word &>> 32)
    return (UInt32(truncatingIfNeeded: word), keptHalf)
  }

  /// One step, `state × multiplier + increment`, arranged so that a step waits four cycles for the one
  /// before.
  ///
  /// The product with the low word and the increment are added first, off the path of the high word: raw64 of
  /// `Benchmarks/random-speed` takes 1.45 ns instead of 1.92 with one 128-bit multiplication, shuffle 2.95
  /// instead of 3.38 (least of 120 rounds each, taken in turns, AMD EPYC, 2026-11-24).
  @inlinable @inline(__always)
  static func step(_ state: UInt128, _ increment: UInt128, by multiplier: UInt128 = PCG64.multiplier) -> UInt128 {
    let low = UInt64(truncatingIfNeeded: state)
    let high = UInt64(truncatingIfNeeded: state &>> 64)
    let partial = UInt128(low) &* multiplier &+ increment
    let ready = high &* UInt64(truncatingIfNeeded: multiplier) &+ UInt64(truncatingIfNeeded: partial &>> 64)
    return UInt128(ready) &<< 64 | UInt128(UInt64(truncatingIfNeeded: partial))
  }

  /// XSL-RR: both halves combined by exclusive or, rotated right by the top six bits.
  @inlinable @inline(__always)
  static func output(of state: UInt128) -> UInt64 {
    let high = UInt64(truncatingIfNeeded: state &>> 64)
    let folded = high ^ UInt64(truncatingIfNeeded: state)
    let turn = high &>> 58
    return folded &>> turn | folded &<< (64 &- turn)
  }
}

extension PCG64: RandomNumberGenerator {
  /// The next 64 bits, for Swift's own random functions (whose results are not numpy's).
  @inlinable public mutating func next() -> UInt64 { next64() }
}
