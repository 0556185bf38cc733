/// A Swift number that an `ndarray` column can hold.
public protocol NDArrayElement: BitwiseCopyable, Sendable {
  static var ndarrayType: NDArrayType { get }
  /// Appends the element's bytes, least significant first.
  func appendLittleEndian(to bytes: inout [UInt8])
  /// Reads an element; the caller has checked that it is inside.
  init(littleEndianIn bytes: RawSpan, at byteOffset: Int)
}

extension NDArrayElement where Self: FixedWidthInteger {
  public func appendLittleEndian(to bytes: inout [UInt8]) {
    var rest = self
    for _ in 0..<MemoryLayout<Self>.size {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest = MemoryLayout<Self>.size == 1 ? 0 : rest >> 8
    }
  }
  public init(littleEndianIn bytes: RawSpan, at byteOffset: Int) {
    self.init(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: byteOffset, as: Self.self))
  }
}

extension UInt8: NDArrayElement { public static var ndarrayType: NDArrayType { .uint8 } }
extension Int8: NDArrayElement { public static var ndarrayType: NDArrayType { .int8 } }
extension UInt16: NDArrayElement { public static var ndarrayType: NDArrayType { .uint16 } }
extension Int16: NDArrayElement { public static var ndarrayType: NDArrayType { .int16 } }
extension UInt32: NDArrayElement { public static var ndarrayType: NDArrayType { .uint32 } }
extension Int32: NDArrayElement { public static var ndarrayType: NDArrayType { .int32 } }
extension UInt64: NDArrayElement { public static var ndarrayType: NDArrayType { .uint64 } }
extension Int64: NDArrayElement { public static var ndarrayType: NDArrayType { .int64 } }

extension Float16: NDArrayElement {
  public static var ndarrayType: NDArrayType { .float16 }
  public func appendLittleEndian(to bytes: inout [UInt8]) { bitPattern.appendLittleEndian(to: &bytes) }
  public init(littleEndianIn bytes: RawSpan, at byteOffset: Int) {
    self.init(bitPattern: UInt16(littleEndianIn: bytes, at: byteOffset))
  }
}

extension Float: NDArrayElement {
  public static var ndarrayType: NDArrayType { .float32 }
  public func appendLittleEndian(to bytes: inout [UInt8]) { bitPattern.appendLittleEndian(to: &bytes) }
  public init(littleEndianIn bytes: RawSpan, at byteOffset: Int) {
    self.init(bitPattern: UInt32(littleEndianIn: bytes, at: byteOffset))
  }
}

extension Double: NDArrayElement {
  public static var ndarrayType: NDArrayType { .float64 }
  public func appendLittleEndian(to bytes: inout [UInt8]) { bitPattern.appendLittleEndian(to: &bytes) }
  public init(littleEndianIn bytes: RawSpan, at byteOffset: Int) {
    self.init(bitPattern: UInt64(littleEndianIn: bytes, at: byteOffset))
  }
}
