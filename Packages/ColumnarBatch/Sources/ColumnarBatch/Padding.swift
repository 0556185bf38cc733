/// How rows of different length become rows of one length.
public struct Padding: Sendable, Hashable {
  /// The length of all rows, in elements.
  public enum Length: Sendable, Hashable {
    /// That of the batch's longest row, rounded up to a multiple.
    case longest(multipleOf: Int)
    /// The same in every batch.
    case fixed(Int)
  }

  /// What stands after a row's own elements.
  public enum Value: Sendable, Hashable {
    case integer(Int)
    case float(Double)
  }

  public let length: Length
  public let value: Value
  /// Whether rows that are longer lose their end; else they are an error.
  public let cutsLongRows: Bool

  /// Pads to the longest row of each batch.
  /// - Parameter multiple: rounds the length up, which spares compiled models most of the lengths; at least 1.
  public static func toLongest(with value: Int = 0, multipleOf multiple: Int = 1) -> Padding {
    Padding(length: .longest(multipleOf: multiple), value: .integer(value), cutsLongRows: false)
  }

  /// Pads to the longest row of each batch, with a number that is no integer.
  public static func toLongest(withFloat value: Double, multipleOf multiple: Int = 1) -> Padding {
    Padding(length: .longest(multipleOf: multiple), value: .float(value), cutsLongRows: false)
  }

  /// Pads to a length of at least 0.
  /// - Parameter cuttingLongRows: whether a row that is longer loses its end; else it is an error at its batch.
  public static func to(length: Int, with value: Int = 0, cuttingLongRows: Bool = false) -> Padding {
    Padding(length: .fixed(length), value: .integer(value), cutsLongRows: cuttingLongRows)
  }

  /// Pads to a length of at least 0, with a number that is no integer.
  public static func to(length: Int, withFloat value: Double, cuttingLongRows: Bool = false) -> Padding {
    Padding(length: .fixed(length), value: .float(value), cutsLongRows: cuttingLongRows)
  }

  /// The little-endian bits of one padding element.
  /// - Throws: ``BatchError`` `.unusableSchema` when the value or the length does not fit.
  package func bits(of dtype: DType, column: String) throws(BatchError) -> UInt64 {
    switch length {
    case .longest(let multiple) where multiple < 1: throw unusable(column, "a multiple of at least 1", "\(multiple)")
    case .fixed(let length) where length < 0: throw unusable(column, "a length of at least 0", "\(length)")
    default: break
    }
    guard let bits = value.bits(of: dtype) else {
      throw unusable(column, "a padding value that \(dtype) can hold", "\(value)")
    }
    return bits
  }

  private func unusable(_ column: String, _ expected: String, _ found: String) -> BatchError {
    BatchError(
      .unusableSchema, column: column, expected: expected, found: found, remedy: "give another padding")
  }
}

extension Padding.Value {
  fileprivate func bits(of dtype: DType) -> UInt64? {
    func bits<T: FixedWidthInteger>(_ type: T.Type) -> UInt64? {
      switch self {
      case .integer(let value): T(exactly: value).map { UInt64(truncatingIfNeeded: $0) }
      case .float(let value): T(exactly: value).map { UInt64(truncatingIfNeeded: $0) }
      }
    }
    let double: Double =
      switch self {
      case .integer(let value): Double(value)
      case .float(let value): value
      }
    switch dtype {
    case .uint8, .bytes, .string: return bits(UInt8.self)
    case .int8: return bits(Int8.self).map { $0 & 0xff }
    case .uint16: return bits(UInt16.self)
    case .int16: return bits(Int16.self).map { $0 & 0xffff }
    case .uint32: return bits(UInt32.self)
    case .int32: return bits(Int32.self).map { $0 & 0xffff_ffff }
    case .uint64: return bits(UInt64.self)
    case .int64: return bits(Int64.self)
    case .float16: return halfBits(double).map(UInt64.init)
    case .float32: return UInt64(Float(double).bitPattern)
    case .float64: return double.bitPattern
    }
  }

  /// A half's bits, without the type, which some platforms lack: for zero, infinities, NaN and all halves of normal size.
  private func halfBits(_ value: Double) -> UInt16? {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    if value.isNaN { return 0x7e00 }
    if value.isInfinite { return sign | 0x7c00 }
    if value == 0 { return sign }
    let exponent = Int(value.exponent)
    guard (-14...15).contains(exponent) else { return nil }
    let fraction = (value.significand - 1) * 1024
    guard fraction == fraction.rounded() else { return nil }
    return sign | UInt16(exponent + 15) << 10 | UInt16(fraction)
  }
}
