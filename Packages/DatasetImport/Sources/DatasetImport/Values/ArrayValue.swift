internal import PythonJSON
internal import ShardFormats

/// A list of numbers, or of lists, as an array of a column's type and shape.
enum ArrayValue {
  /// An array of a nested list. Without a type in the encoding, whole numbers make `int64`, others `float64`.
  static func array(of json: JSONValue, column: ColumnSpec) throws(ImportError) -> ColumnValue {
    var shape: [Int] = []
    var level = json
    while case .array(let list) = level {
      shape.append(list.count)
      guard let first = list.first else { break }
      level = first
    }
    var elements: [JSONValue] = []
    try flatten(json, shape[...], into: &elements, column, whole: json)
    return try array(of: elements, shape: shape, column: column)
  }

  /// An array of a flat list, which takes the shape of the column.
  static func array(of elements: [JSONValue], column: ColumnSpec) throws(ImportError) -> ColumnValue {
    guard case .ndarray(let layout) = column.encoding, let shape = layout.shape else {
      return try array(of: elements, shape: [elements.count], column: column)
    }
    return try array(of: elements, shape: shape, column: column)
  }

  private static func flatten(
    _ json: JSONValue, _ shape: ArraySlice<Int>, into elements: inout [JSONValue], _ column: ColumnSpec,
    whole: JSONValue
  ) throws(ImportError) {
    guard let count = shape.first else {
      if case .array = json { throw MemberValue.bad(column, whole) }
      elements.append(json)
      return
    }
    guard case .array(let list) = json, list.count == count else { throw MemberValue.bad(column, whole) }
    for element in list { try flatten(element, shape.dropFirst(), into: &elements, column, whole: whole) }
  }

  private static func array(
    of elements: [JSONValue], shape: [Int], column: ColumnSpec
  ) throws(ImportError) -> ColumnValue {
    guard case .ndarray(let layout) = column.encoding else { throw MemberValue.bad(column, .array(elements)) }
    let isWhole = elements.allSatisfy { if case .integer = $0 { true } else { false } }
    let type = layout.type ?? (isWhole ? .int64 : .float64)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(elements.count * type.byteCount)
    for element in elements {
      guard append(element, type, to: &bytes) else {
        throw ImportError(
          .badValue, column: column.name, expected: "numbers of \(type.name)",
          found: String(decoding: element.encoded(sortingKeys: false).prefix(40), as: UTF8.self),
          remedy: "Correct the value, or choose another type for the array")
      }
    }
    do throws(ShardError) { return .ndarray(try NDArray(type: type, shape: shape, bytes: bytes)) } catch {
      throw ImportError(
        .badValue, column: column.name, expected: error.expected, found: error.found, remedy: error.remedy,
        cause: error)
    }
  }

  /// Appends a number of that type; false when it is none, or does not fit.
  private static func append(_ json: JSONValue, _ type: NDArrayType, to bytes: inout [UInt8]) -> Bool {
    func integer<T: FixedWidthInteger>(_: T.Type) -> Bool {
      let value: T?
      switch json {
      case .integer(let integer): value = T(integer.text)
      case .number(let double): value = T(exactly: double)
      default: value = nil
      }
      guard let value else { return false }
      for shift in stride(from: 0, to: T.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
      }
      return true
    }
    func bits<T: FixedWidthInteger>(_ value: T) -> Bool {
      for shift in stride(from: 0, to: T.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
      }
      return true
    }
    let double: Double?
    switch json {
    case .integer(let integer): double = Double(integer)
    case .number(let number): double = number
    default: double = nil
    }
    switch type {
    case .uint8: return integer(UInt8.self)
    case .int8: return integer(Int8.self)
    case .uint16: return integer(UInt16.self)
    case .int16: return integer(Int16.self)
    case .uint32: return integer(UInt32.self)
    case .int32: return integer(Int32.self)
    case .uint64: return integer(UInt64.self)
    case .int64: return integer(Int64.self)
    case .float16: return double.map { bits(Float16($0).bitPattern) } ?? false
    case .float32: return double.map { bits(Float($0).bitPattern) } ?? false
    case .float64: return double.map { bits($0.bitPattern) } ?? false
    }
  }
}
