internal import PythonJSON
internal import ShardFormats

/// A value of one encoding as another takes it, without loss beyond what the encoding itself rounds.
enum ValueConversion {
  /// - Throws: ``ImportError`` `.badValue`, with the sample's number in its shard.
  static func converted(
    _ value: ColumnValue, to column: ColumnSpec, sample: Int
  ) throws(ImportError) -> ColumnValue {
    switch column.encoding {
    case .int, .strInt, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64:
      if let integer = integer(value) { return integer }
    case .float, .strFloat, .float64:
      if let float = float(value) { return .float(float) }
    case .float16, .float32:
      // A value of that very width keeps its bits.
      switch value {
      case .float16, .float32: return value
      default: if let float = float(value) { return .float(float) }
      }
    case .str: if let text = text(value) { return .string(text) }
    case .strDecimal:
      switch value {
      case .decimal: return value
      default: if let text = text(value) { return .decimal(text) }
      }
    case .bytes: if case .string(let text) = value { return .bytes(Array(text.utf8)) } else { return value }
    default: return value
    }
    throw ImportError(
      .badValue, column: column.name, expected: "a value for \(column.encodingName)",
      found: "\(value.kind) in sample \(sample) of its shard",
      remedy: "Choose another encoding for the column, or leave it out")
  }

  private static func integer(_ value: ColumnValue) -> ColumnValue? {
    switch value {
    case .int, .bigInt: value
    case .json(.integer(let integer)): .integer(integer)
    case .float(let float): Int(exactly: float).map(ColumnValue.int)
    case .float32(let float): Int(exactly: float).map(ColumnValue.int)
    case .float16(let float): Int(exactly: float).map(ColumnValue.int)
    case .string(let text), .decimal(let text): pythonInteger(text).map(ColumnValue.integer)
    default: nil
    }
  }

  private static func float(_ value: ColumnValue) -> Double? {
    switch value {
    case .float(let float), .json(.number(let float)): float
    case .float32(let float): Double(float)
    case .float16(let float): Double(float)
    case .int(let integer): Double(integer)
    case .bigInt(let integer), .json(.integer(let integer)): Double(integer)
    case .string(let text), .decimal(let text): pythonFloat(text)
    default: nil
    }
  }

  private static func text(_ value: ColumnValue) -> String? {
    switch value {
    case .string(let text), .decimal(let text), .json(.string(let text)): text
    case .int(let integer): String(integer)
    case .bigInt(let integer): integer.text
    case .float(let float): pythonRepr(float)
    case .float32(let float): pythonRepr(Double(float))
    case .float16(let float): pythonRepr(Double(float))
    case .json(let json): String(decoding: json.encoded(sortingKeys: false), as: UTF8.self)
    case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
    default: nil
    }
  }
}
