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

extension UInt16: NumPyInteger {
  /// 16.
  @inlinable public static var pieceBitCount: UInt32 { 16 }

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
  /// 8.
  @inlinable public static var pieceBitCount: UInt32 { 8 }

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
  /// 16.
  @inlinable public static var pieceBitCount: UInt32 { 16 }

  /// As `UInt16`.
  @inlinable
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 { UInt16.draw(upTo: width, from: &bits, keeping: &pieces) }
}

extension Int8: NumPyInteger {
  /// 8.
  @inlinable public static var pieceBitCount: UInt32 { 8 }

  /// As `UInt8`.
  @inlinable
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 { UInt8.draw(upTo: width, from: &bits, keeping: &pieces) }
}

extension Bool: NumPyInteger {
  /// 1.
  @inlinable public static var pieceBitCount: UInt32 { 1 }

  /// false lies below true.
  public static func width(from low: Bool, to high: Bool, endpoint: Bool) throws(NumPyRandomError) -> UInt64 {
    try UInt8.width(from: low ? 1 : 0, to: high ? 1 : 0, endpoint: endpoint)
  }

  /// One bit of a 32-bit draw; numpy's `buffered_bounded_bool`.
  @inlinable
  public static func draw(
    upTo width: UInt64, from bits: inout some BitGenerator, keeping pieces: inout BitPieces
  ) -> UInt64 { width == 0 ? 0 : UInt64(pieces.next(1, from: &bits) & 1) }

  /// true for any offset but 0.
  public func moved(by offset: UInt64) -> Bool { offset == 0 ? self : true }
}
