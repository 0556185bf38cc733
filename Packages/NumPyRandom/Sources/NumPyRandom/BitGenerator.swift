/// A source of random words with numpy's three ways to draw; what numpy calls a bit generator.
///
/// A copy of a generator is its saved state. Not shared between threads: give each its own copy.
public protocol BitGenerator: Sendable {
  /// The next 64 bits; numpy's `next_uint64`.
  mutating func next64() -> UInt64
  /// The next 32 bits; numpy's `next_uint32`. May keep the other half of a 64-bit draw for the next call.
  mutating func next32() -> UInt32
  /// The next two of ``next32()`` at once, while ``hasKeptHalf`` is false: what makes loops of 32-bit draws
  /// fast.
  mutating func next32Pair() -> (UInt32, UInt32)
  /// Whether ``next32()`` returns a half kept from an earlier draw.
  var hasKeptHalf: Bool { get }
  /// The next number in 0 ..< 1 with 53 random bits; numpy's `next_double`.
  mutating func nextDouble() -> Double
  /// Draws up to 256 partners for a Fisher–Yates shuffle, for the positions `top`, `top` − 1, …, and lowers `top`: each
  /// of 0 ... its position, by masked rejection of ``next32()``. Stops where the mask changes.
  ///
  /// There is a form that works for every generator; one whose steps can overlap has a faster one.
  /// - Parameter top: a position in 1 ..< 2³² − 1.
  /// - Returns: how many partners were written, at least 1.
  mutating func nextPartners(below top: inout Int, into partners: inout InlineArray<256, UInt32>) -> Int
  /// The next word as the generator makes it, in the low bits; numpy's `next_raw`, `random_raw`.
  mutating func nextRaw() -> UInt64
}

extension BitGenerator {
  /// Two 32-bit draws.
  @inlinable public mutating func next32Pair() -> (UInt32, UInt32) {
    let first = next32()
    return (first, next32())
  }

  /// The top 53 bits of one 64-bit draw, times 2⁻⁵³.
  @inlinable @inline(__always) public mutating func nextDouble() -> Double {
    Double(Int64(bitPattern: next64() &>> 11)) * 0x1p-53
  }

  /// One 64-bit draw.
  @inlinable public mutating func nextRaw() -> UInt64 { next64() }

  /// The next number in 0 ..< 1 with 24 random bits, from one 32-bit draw; numpy's `next_float`.
  @inlinable public mutating func nextFloat() -> Float { Float(next32() &>> 8) * 0x1p-24 }
}
