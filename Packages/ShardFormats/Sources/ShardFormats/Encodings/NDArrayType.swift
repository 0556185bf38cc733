internal import PythonJSON

/// The element types of an `ndarray` column; the raw value is the code that MDS stores.
public enum NDArrayType: UInt8, Sendable, Hashable, CaseIterable {
  case uint8 = 8
  case int8 = 9
  case uint16 = 16
  case int16 = 17
  case float16 = 18
  case uint32 = 32
  case int32 = 33
  case float32 = 34
  case uint64 = 64
  case int64 = 65
  case float64 = 66

  /// Bytes of one element. (The code's high bits are its bits: 8, 16, 32 or 64.)
  public var byteCount: Int { Int(rawValue & 0x78) / 8 }

  /// numpy's name, such as `float32`.
  public var name: String { "\(self)" }

  /// Finds a type by numpy's name.
  public init?(name: String) {
    guard let type = NDArrayType.allCases.first(where: { $0.name == name }) else { return nil }
    self = type
  }
}

/// What an `ndarray` encoding fixes: nothing, the element type, or the type and the shape.
public struct NDArrayLayout: Sendable, Hashable {
  public let type: NDArrayType?
  /// The shape, each dimension ≥ 1; only together with a type.
  public let shape: [Int]?
  /// The bytes of every value, when type and shape are fixed.
  public let byteCount: Int?

  /// Type and shape stand in each value.
  public static let dynamic = NDArrayLayout(type: nil, shape: nil, byteCount: nil)

  /// The type is fixed, the shape stands in each value.
  public init(type: NDArrayType) { self.init(type: type, shape: nil, byteCount: nil) }

  /// Type and shape are fixed: values have neither.
  /// - Throws: ``ShardError`` `.outOfRange` when a dimension is below 1 or the array beyond 4 GiB, which MDS can't hold.
  public init(type: NDArrayType, shape: [Int]) throws(ShardError) {
    var byteCount = type.byteCount
    for dimension in shape {
      let (product, overflow) = byteCount.multipliedReportingOverflow(by: dimension)
      guard dimension >= 1, !overflow, product <= Int(UInt32.max) else {
        throw ShardError(
          .outOfRange, expected: "dimensions from 1 up, and less than 4 GiB together", found: "\(shape)",
          remedy: "give each dimension its size, or leave the shape out")
      }
      byteCount = product
    }
    self.init(type: type, shape: shape, byteCount: byteCount)
  }

  private init(type: NDArrayType?, shape: [Int]?, byteCount: Int?) {
    self.type = type
    self.shape = shape
    self.byteCount = byteCount
  }

  /// Parses what follows `ndarray:`, such as `int8:2,3`; empty means nothing is fixed.
  init(parsing text: Substring, of name: String) throws(ShardError) {
    func refuse(_ expected: String) -> ShardError {
      ShardError(
        .unknownEncoding, expected: expected, found: "\"\(name)\"",
        remedy: "write it as ndarray, ndarray:int8 or ndarray:int8:2,3")
    }
    guard !text.isEmpty else {
      self = .dynamic
      return
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw refuse("at most a type and a shape") }
    guard let type = NDArrayType(name: String(parts[0])) else {
      throw refuse("one of \(NDArrayType.allCases.map(\.name).joined(separator: ", "))")
    }
    guard parts.count == 2 else {
      self.init(type: type)
      return
    }
    var shape: [Int] = []
    for dimension in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
      guard let integer = pythonInteger(dimension), let size = Int(exactly: integer) else {
        throw refuse("dimensions as integers")
      }
      shape.append(size)
    }
    try self.init(type: type, shape: shape)
  }

  var suffix: String {
    guard let type else { return "" }
    return ":" + type.name + (shape.map { ":" + $0.map(String.init).joined(separator: ",") } ?? "")
  }
}
