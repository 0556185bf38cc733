extension JSONValue {
  /// The bytes of Python's `json.dumps(value)`: ASCII, `", "` and `": "`, no newline at the end.
  /// - Parameter sortingKeys: names by code point at every level (`sort_keys=True`); otherwise insertion order.
  public func encoded(sortingKeys: Bool) -> [UInt8] {
    var output: [UInt8] = []
    encode(into: &output, sortingKeys: sortingKeys)
    return output
  }

  /// Appends what ``encoded(sortingKeys:)`` returns.
  public func encode(into output: inout [UInt8], sortingKeys: Bool) {
    switch self {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): output.append(contentsOf: value.text.utf8)
    case .number(let value):
      if value.isNaN {
        output.append(contentsOf: "NaN".utf8)
      } else if value.isInfinite {
        output.append(contentsOf: (value < 0 ? "-Infinity" : "Infinity").utf8)
      } else {
        output.append(contentsOf: pythonRepr(value).utf8)
      }
    case .string(let value): appendJSONString(value, to: &output)
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { output.append(contentsOf: [0x2C, 0x20]) }
        element.encode(into: &output, sortingKeys: sortingKeys)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      output.append(UInt8(ascii: "{"))
      let order =
        sortingKeys
        ? object.indices.sorted { precedesByCodePoint(object.keys[$0], object.keys[$1]) }
        : Array(object.indices)
      for (index, position) in order.enumerated() {
        if index > 0 { output.append(contentsOf: [0x2C, 0x20]) }
        appendJSONString(object.keys[position], to: &output)
        output.append(contentsOf: [0x3A, 0x20])
        object.values[position].encode(into: &output, sortingKeys: sortingKeys)
      }
      output.append(UInt8(ascii: "}"))
    }
  }
}

/// Whether `left` sorts before `right` in Python, which orders by code point; UTF-8 bytes have the same order.
public func precedesByCodePoint(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}

/// Appends the text in quotes with Python's `ensure_ascii` escapes: everything outside `' '…'~'` is escaped, DEL too.
public func appendJSONString(_ text: String, to output: inout [UInt8]) {
  output.append(UInt8(ascii: "\""))
  let start = output.count
  for byte in text.utf8 {
    if byte < 0x20 || byte > 0x7E || byte == 0x22 || byte == 0x5C {
      output.removeSubrange(start...)  // rare: once more, scalar by scalar
      return appendEscaped(text, to: &output)
    }
    output.append(byte)
  }
  output.append(UInt8(ascii: "\""))
}

/// Appends the text's escapes and the closing quote.
private func appendEscaped(_ text: String, to output: inout [UInt8]) {
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": output.append(contentsOf: [0x5C, 0x22])
    case "\\": output.append(contentsOf: [0x5C, 0x5C])
    case "\n": output.append(contentsOf: [0x5C, 0x6E])
    case "\r": output.append(contentsOf: [0x5C, 0x72])
    case "\t": output.append(contentsOf: [0x5C, 0x74])
    case "\u{8}": output.append(contentsOf: [0x5C, 0x62])
    case "\u{C}": output.append(contentsOf: [0x5C, 0x66])
    case " "..."~": output.append(UInt8(scalar.value))
    default:
      for unit in UTF16.encode(scalar) ?? .init() {
        output.append(contentsOf: [0x5C, 0x75])
        for shift in [12, 8, 4, 0] {
          let digit = UInt8(unit >> shift & 0xF)
          output.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
      }
    }
  }
  output.append(UInt8(ascii: "\""))
}
