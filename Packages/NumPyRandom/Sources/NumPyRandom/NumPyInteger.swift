/// The integer types that numpy's `Generator.integers` can draw: its `dtype`s, `Bool` included.
public protocol NumPyInteger: BitwiseCopyable, Sendable {
  /// The largest offset from `low`, as an unsigned number.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no value in the range.
  static func width(from low: Self, to high: Self, endpoint: Bool) throws(NumPyRandomError) -> UInt64
  /// An offset in 0 ... `width`, by numpy's method for this type.
  static func draw(upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces)
    -> UInt64
  /// How many bits of a 32-bit draw make one value, for types of fewer than 32 bits; else 0.
  static var pieceBitCount: UInt32 { get }
  /// Fills the free capacity with numbers of `low` ... `low + width`, as repeated draws that share their
  /// pieces.
  static func fill(
    _ output: inout OutputSpan<Self>, from low: Self, upTo width: UInt64, with bits: inout some BitGenerator)
  /// This value plus an offset.
  func moved(by offset: UInt64) -> Self
}

extension NumPyInteger {
  /// 0: values are drawn whole.
  @inlinable public static var pieceBitCount: UInt32 { 0 }

  /// One value after another, with a copy of the state in registers.
  @inlinable
  public static func fill(
    _ output: inout OutputSpan<Self>, from low: Self, upTo width: UInt64, with bits: inout some BitGenerator
  ) {
    var filled = output
    var copy = bits
    var pieces = BitPieces()
    while !filled.isFull { filled.append(low.moved(by: draw(upTo: width, from: &copy, keeping: &pieces))) }
    output = filled
    bits = copy
  }
}

extension NumPyInteger where Self: FixedWidthInteger {
  /// `high − low`, or one less without `endpoint`, modulo 2⁶⁴.
  @inlinable @inline(__always)
  public static func width(from low: Self, to high: Self, endpoint: Bool) throws(NumPyRandomError) -> UInt64 {
    guard endpoint ? low <= high : low < high else {
      throw NumPyRandomError.emptyRange(from: low, to: high, endpoint: endpoint)
    }
    let width = UInt64(truncatingIfNeeded: high) &- UInt64(truncatingIfNeeded: low)
    return endpoint ? width : width &- 1
  }

  /// The sum modulo the type's size: an offset may exceed its largest value.
  @inlinable @inline(__always)
  public func moved(by offset: UInt64) -> Self { self &+ Self(truncatingIfNeeded: offset) }
}

extension NumPyInteger where Self: FixedWidthInteger {
  /// Lemire's method on whole draws; numpy's `random_bounded_uint64_fill` and `random_bounded_uint32_fill`.
  @inlinable @inline(__always)
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 {
    bits.nextBounded(upTo: width)
  }
}

/// A type of 32 or 64 bits: its values are drawn two at a time where the range fits 32 bits.
public protocol WideNumPyInteger: NumPyInteger, FixedWidthInteger {}

extension WideNumPyInteger {
  /// Lemire's method on both halves of each 64-bit draw.
  @inlinable
  public static func fill(
    _ output: inout OutputSpan<Self>, from low: Self, upTo width: UInt64, with bits: inout some BitGenerator
  ) {
    var filled = output
    var copy = bits
    if width == 0 || width >= 0xffff_ffff {
      while !filled.isFull { filled.append(low.moved(by: copy.nextBounded(upTo: width))) }
    } else {
      let count = width &+ 1
      let rejected = UInt32(truncatingIfNeeded: (0xffff_ffff &- width) % count)
      while !filled.isFull {
        if copy.hasKeptHalf || filled.freeCapacity == 1 {
          filled.append(low.moved(by: copy.nextBounded(upTo: width)))
          continue
        }
        let (lower, upper) = copy.next32Pair()
        let first = UInt64(lower) &* count
        var second = UInt64(upper) &* count
        if UInt32(truncatingIfNeeded: first) >= rejected { filled.append(low.moved(by: first &>> 32)) }
        while UInt32(truncatingIfNeeded: second) < rejected { second = UInt64(copy.next32()) &* count }
        filled.append(low.moved(by: second &>> 32))
      }
    }
    output = filled
    bits = copy
  }
}

extension UInt64: WideNumPyInteger {}
extension Int64: WideNumPyInteger {}
extension UInt: WideNumPyInteger {}
extension Int: WideNumPyInteger {}
extension UInt32: WideNumPyInteger {}
extension Int32: WideNumPyInteger {}
