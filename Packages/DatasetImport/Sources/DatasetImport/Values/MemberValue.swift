internal import PythonJSON
internal import ShardFormats

/// A JSON value as a column's value.
enum MemberValue {
  /// Refuses pickles unless the caller allows them: Python runs what is in them when it reads the data set.
  static func check(
    _ encoding: Encoding, of column: String, file: String, allowsPickles: Bool
  ) throws(ImportError) {
    guard encoding == .pkl, !allowsPickles else { return }
    throw ImportError(
      .badColumns, file: file, column: column, expected: "an encoding that runs no code in Python",
      found: encoding.name, remedy: "Use another encoding, or allow it with `allowsPickles`")
  }

  static func value(of json: JSONValue, column: ColumnSpec) throws(ImportError) -> ColumnValue {
    switch (column.encoding, json) {
    case (.json, _): return .json(json)
    case (.ndarray, .object(let object)): return try PrintedValue.array(object, column: column)
    case (.pil, _): return try PrintedValue.image(json, column: column)
    case (.listPIL, .array(let list)):
      var images: [ColumnValue] = []
      for image in list { images.append(try PrintedValue.image(image, column: column)) }
      return .list(images)
    case (.ndarray, _): return try ArrayValue.array(of: json, column: column)
    case (.str, .string(let text)): return .string(text)
    case (.strDecimal, .string(let text)): return .decimal(text)
    case (.strDecimal, .integer(let integer)): return .decimal(integer.text)
    case (.float16, .integer(let integer)), (.float32, .integer(let integer)),
      (.float64, .integer(let integer)),
      (.float, .integer(let integer)), (.strFloat, .integer(let integer)):
      return .float(Double(integer))
    case (.float16, .number(let double)), (.float32, .number(let double)), (.float64, .number(let double)),
      (.float, .number(let double)), (.strFloat, .number(let double)):
      return .float(double)
    case (.int, .integer(let integer)), (.strInt, .integer(let integer)), (.uint8, .integer(let integer)),
      (.uint16, .integer(let integer)), (.uint32, .integer(let integer)), (.uint64, .integer(let integer)),
      (.int8, .integer(let integer)), (.int16, .integer(let integer)), (.int32, .integer(let integer)),
      (.int64, .integer(let integer)):
      return .integer(integer)
    case (.bytes, .string(let text)), (.jpeg, .string(let text)), (.png, .string(let text)),
      (.pkl, .string(let text)), (.custom, .string(let text)):
      return .bytes(try decoded(text, column))
    case (.listJPEG, .array(let list)), (.listPNG, .array(let list)), (.jpegArray, .array(let list)),
      (.jpegarray, .array(let list)):
      var elements: [ColumnValue] = []
      for element in list {
        guard let text = element.string else { throw bad(column, element) }
        elements.append(.bytes(try decoded(text, column)))
      }
      return .list(elements)
    default: throw bad(column, json)
    }
  }

  static func bad(_ column: ColumnSpec, _ json: JSONValue) -> ImportError {
    ImportError(
      .badValue, column: column.name, expected: "a value of encoding \(column.encodingName)",
      found: "\(json.kind) \(String(decoding: json.encoded(sortingKeys: false).prefix(40), as: UTF8.self))",
      remedy: "Correct the value, or choose another encoding for the column")
  }

  private static func decoded(_ text: String, _ column: ColumnSpec) throws(ImportError) -> [UInt8] {
    guard let bytes = base64Decoded(text) else {
      throw ImportError(
        .badValue, column: column.name, expected: "base64", found: "\"\(text.prefix(40))\"",
        remedy: "Encode the bytes as base64")
    }
    return bytes
  }
}

/// The bytes of standard base64 with or without padding; nil for anything else.
func base64Decoded(_ text: String) -> [UInt8]? {
  var bytes: [UInt8] = []
  var (word, bitCount): (UInt32, UInt32) = (0, 0)
  var digits = text.utf8[...]
  while digits.last == 0x3D { digits = digits.dropLast() }
  guard digits.count % 4 != 1, text.utf8.count - digits.count <= 2 else { return nil }
  for digit in digits {
    let value: UInt8
    switch digit {
    case 0x41...0x5A: value = digit - 0x41
    case 0x61...0x7A: value = digit - 0x61 + 26
    case 0x30...0x39: value = digit - 0x30 + 52
    case 0x2B: value = 62
    case 0x2F: value = 63
    default: return nil
    }
    word = (word << 6 | UInt32(value)) & 0xFFFF
    bitCount += 6
    if bitCount >= 8 {
      bitCount -= 8
      bytes.append(UInt8(truncatingIfNeeded: word >> bitCount))
    }
  }
  return bytes
}
