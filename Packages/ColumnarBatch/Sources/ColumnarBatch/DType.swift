/// The type of a column's elements, named as numpy names it.
///
/// All numbers are little-endian, as they lie in a shard.
public enum DType: UInt8, Sendable, Hashable, CaseIterable {
  case uint8, int8, uint16, int16, uint32, int32, uint64, int64, float16, float32, float64
  /// Bytes without further meaning: an image file, a JSON text.
  case bytes
  /// UTF-8 text.
  case string

  /// Bytes of one element: 1, 2, 4 or 8.
  @inlinable public var itemByteCount: Int {
    switch self {
    case .uint8, .int8, .bytes, .string: 1
    case .uint16, .int16, .float16: 2
    case .uint32, .int32, .float32: 4
    case .uint64, .int64, .float64: 8
    }
  }

  /// Whether `T` is the Swift type of this element: `UInt8` for bytes and text, `Float16` or `UInt16` for
  /// `float16`.
  @inlinable public func matches<T: BitwiseCopyable>(_ type: T.Type) -> Bool {
    switch self {
    case .uint8, .bytes, .string: type == UInt8.self
    case .int8: type == Int8.self
    case .uint16: type == UInt16.self
    case .int16: type == Int16.self
    case .uint32: type == UInt32.self
    case .int32: type == Int32.self
    case .uint64: type == UInt64.self || type == UInt.self
    case .int64: type == Int64.self || type == Int.self
    case .float32: type == Float.self
    case .float64: type == Double.self
    // `Float16` is not named: some platforms lack it.
    case .float16: type == UInt16.self || (MemoryLayout<T>.size == 2 && type is any BinaryFloatingPoint.Type)
    }
  }
}

extension DType: CustomStringConvertible {
  /// numpy's name, such as `float32`; `bytes` and `string` for the other two.
  public var description: String {
    switch self {
    case .uint8: "uint8"
    case .int8: "int8"
    case .uint16: "uint16"
    case .int16: "int16"
    case .uint32: "uint32"
    case .int32: "int32"
    case .uint64: "uint64"
    case .int64: "int64"
    case .float16: "float16"
    case .float32: "float32"
    case .float64: "float64"
    case .bytes: "bytes"
    case .string: "string"
    }
  }
}
