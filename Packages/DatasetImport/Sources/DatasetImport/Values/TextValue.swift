internal import PythonJSON
internal import ShardFormats

/// A field's text as a column's value.
enum TextValue {
  /// Refuses encodings that a text cannot give.
  static func check(_ encoding: Encoding, of column: String, file: String) throws(ImportError) {
    switch encoding {
    case .pil, .jpeg, .png, .listPIL, .listJPEG, .listPNG, .jpegArray, .jpegarray, .pkl:
      throw ImportError(
        .badColumns, file: file, column: column, expected: "an encoding that text can give",
        found: encoding.name,
        remedy: "Use JSON lines with base64, or write the data set with a program")
    default: return
    }
  }

  static func value(of text: String, column: ColumnSpec) throws(ImportError) -> ColumnValue {
    switch column.encoding {
    case .str: return .string(text)
    case .strDecimal: return .decimal(text)
    case .int, .strInt, .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64:
      if let integer = pythonInteger(text) { return .integer(integer) }
      // Tables often write whole numbers as 5.0.
      if column.encoding != .strInt, let double = pythonFloat(text), let integer = Int(exactly: double) {
        return .int(integer)
      }
      throw bad(column, "an integer", text)
    case .float16, .float32, .float64, .float, .strFloat:
      guard let double = pythonFloat(text) else { throw bad(column, "a number", text) }
      return .float(double)
    case .json: return .json(try parse(text, column))
    case .ndarray: return try MemberValue.value(of: try parse(text, column), column: column)
    default: return .bytes(Array(text.utf8))
    }
  }

  /// An array of which each element is a field of its own.
  static func array(of texts: [String], column: ColumnSpec) throws(ImportError) -> ColumnValue {
    var elements: [JSONValue] = []
    for text in texts {
      if let integer = pythonInteger(text) {
        elements.append(.integer(integer))
      } else if let double = pythonFloat(text) {
        elements.append(.number(double))
      } else {
        throw bad(column, "a number", text)
      }
    }
    return try ArrayValue.array(of: elements, column: column)
  }

  private static func parse(_ text: String, _ column: ColumnSpec) throws(ImportError) -> JSONValue {
    do throws(JSONError) { return try JSONValue(parsing: text) } catch {
      throw bad(column, "JSON with \(error.expected)", text, cause: error)
    }
  }

  private static func bad(
    _ column: ColumnSpec, _ expected: String, _ text: String, cause: (any Error)? = nil
  ) -> ImportError {
    ImportError(
      .badValue, column: column.name, expected: expected, found: "\"\(text.prefix(40))\"",
      remedy: "Correct the value, or choose another encoding for the column", cause: cause)
  }
}
