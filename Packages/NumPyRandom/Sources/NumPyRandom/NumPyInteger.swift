/// The integer types that numpy's `Generator.integers` can draw: its `dtype`s, `Bool` included.
///
/// Each type's bounds, offsets and pieces; how offsets are drawn is the same for all.
public protocol NumPyInteger: BitwiseCopyable, Sendable {
  /// The largest offset from `low`, as an unsigned number.
  /// - Throws: ``NumPyRandomError`` `.emptyRange` when there is no value in the range.
  static func width(from low: Self, to high: Self, endpoint: Bool) throws(NumPyRandomError) -> UInt64
  /// How many bits of a 32-bit draw make one value, for types of fewer than 32 bits; else 0.
  static var pieceBitCount: UInt32 { get }
  /// This value plus an offset.
  func moved(by offset: UInt64) -> Self
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

  /// 8 and 16 for the types of as many bits, 0 for wider ones, which are drawn whole.
  @inlinable public static var pieceBitCount: UInt32 {
    bitWidth < 32 ? UInt32(truncatingIfNeeded: bitWidth) : 0
  }

  /// The sum modulo the type's size: an offset may exceed its largest value.
  @inlinable @inline(__always)
  public func moved(by offset: UInt64) -> Self { self &+ Self(truncatingIfNeeded: offset) }
}

extension UInt64: NumPyInteger {}
extension Int64: NumPyInteger {}
extension UInt: NumPyInteger {}
extension Int: NumPyInteger {}
extension UInt32: NumPyInteger {}
extension Int32: NumPyInteger {}
extension UInt16: NumPyInteger {}
extension Int16: NumPyInteger {}
extension UInt8: NumPyInteger {}
extension Int8: NumPyInteger {}

extension Bool: NumPyInteger {
  /// As for the integers 0 and 1: false lies below true.
  public static func width(from low: Bool, to high: Bool, endpoint: Bool) throws(NumPyRandomError) -> UInt64 {
    try UInt8.width(from: low ? 1 : 0, to: high ? 1 : 0, endpoint: endpoint)
  }

  /// One bit of a 32-bit draw.
  @inlinable public static var pieceBitCount: UInt32 { 1 }

  /// true for any offset but 0.
  @inlinable public func moved(by offset: UInt64) -> Bool { offset == 0 ? self : true }
}
