/// The integer types that numpy's `Generator.integers` can draw: its `dtype`s, `Bool` included.
public protocol NumPyInteger: BitwiseCopyable, Sendable {
  /// The largest offset from `low`, as an unsigned number.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no value in the range.
  static func width(from low: Self, to high: Self, endpoint: Bool) throws(NumPyRandomError) -> UInt64
  /// An offset in 0 ... `width`, by numpy's method for this type.
  static func draw(upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces) -> UInt64
  /// This value plus an offset.
  func moved(by offset: UInt64) -> Self
}

/// What is left of a 32-bit draw while values of fewer bits are cut from it; numpy's `buf` and `bcnt`.
@frozen
public struct BitPieces: Sendable {
  @usableFromInline var word: UInt32 = 0
  @usableFromInline var left: UInt32 = 0
  /// Nothing left over: the first piece makes a draw.
  @inlinable public init() {}

  /// The next `width` bits in the low bits of a word; above them are the rest of the draw.
  @inlinable
  mutating func next(_ width: UInt32, from bits: inout some BitGenerator) -> UInt32 {
    if left == 0 {
      word = bits.next32()
      left = 32 / width &- 1
    } else {
      word &>>= width
      left &-= 1
    }
    return word
  }
}

extension NumPyInteger where Self: FixedWidthInteger {
  @inlinable
  public static func width(from low: Self, to high: Self, endpoint: Bool) throws(NumPyRandomError) -> UInt64 {
    guard endpoint ? low <= high : low < high else {
      throw NumPyRandomError(
        .emptyRange, "high", expected: "\(endpoint ? "at least" : "above") low, which is \(low)", found: "\(high)")
    }
    let width = UInt64(truncatingIfNeeded: high) &- UInt64(truncatingIfNeeded: low)
    return endpoint ? width : width &- 1
  }

  @inlinable @inline(__always)
  public func moved(by offset: UInt64) -> Self { self &+ Self(truncatingIfNeeded: offset) }
}

/// 64- and 32-bit types: `random_bounded_uint64_fill`, `random_bounded_uint32_fill`.
extension NumPyInteger where Self: FixedWidthInteger {
  @inlinable @inline(__always)
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 {
    bits.nextBounded(upTo: width)
  }
}

extension UInt64: NumPyInteger {}
extension Int64: NumPyInteger {}
extension UInt: NumPyInteger {}
extension Int: NumPyInteger {}
extension UInt32: NumPyInteger {}
extension Int32: NumPyInteger {}

extension UInt16: NumPyInteger {
  /// numpy's `buffered_bounded_lemire_uint16`.
  @inlinable
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 {
    let top = UInt16(truncatingIfNeeded: width)
    if top == 0 { return 0 }
    if top == .max { return UInt64(UInt16(truncatingIfNeeded: pieces.next(16, from: &bits))) }
    let count = top &+ 1
    var product = UInt16(truncatingIfNeeded: pieces.next(16, from: &bits)).multipliedFullWidth(by: count)
    if product.low < count {
      let rejected = (UInt16.max &- top) % count
      while product.low < rejected {
        product = UInt16(truncatingIfNeeded: pieces.next(16, from: &bits)).multipliedFullWidth(by: count)
      }
    }
    return UInt64(product.high)
  }
}

extension UInt8: NumPyInteger {
  /// numpy's `buffered_bounded_lemire_uint8`.
  @inlinable
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 {
    let top = UInt8(truncatingIfNeeded: width)
    if top == 0 { return 0 }
    if top == .max { return UInt64(UInt8(truncatingIfNeeded: pieces.next(8, from: &bits))) }
    let count = top &+ 1
    var product = UInt8(truncatingIfNeeded: pieces.next(8, from: &bits)).multipliedFullWidth(by: count)
    if product.low < count {
      let rejected = (UInt8.max &- top) % count
      while product.low < rejected {
        product = UInt8(truncatingIfNeeded: pieces.next(8, from: &bits)).multipliedFullWidth(by: count)
      }
    }
    return UInt64(product.high)
  }
}

extension Int16: NumPyInteger {
  /// As `UInt16`.
  @inlinable
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 { UInt16.draw(upTo: width, from: &bits, keeping: &pieces) }
}

extension Int8: NumPyInteger {
  /// As `UInt8`.
  @inlinable
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 { UInt8.draw(upTo: width, from: &bits, keeping: &pieces) }
}

extension Bool: NumPyInteger {
  /// false lies below true.
  public static func width(from low: Bool, to high: Bool, endpoint: Bool) throws(NumPyRandomError) -> UInt64 {
    try UInt8.width(from: low ? 1 : 0, to: high ? 1 : 0, endpoint: endpoint)
  }

  /// One bit of a 32-bit draw; numpy's `buffered_bounded_bool`.
  @inlinable
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 { width == 0 ? 0 : UInt64(pieces.next(1, from: &bits) & 1) }

  public func moved(by offset: UInt64) -> Bool { offset == 0 ? self : true }
}
