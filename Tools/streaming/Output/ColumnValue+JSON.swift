import Foundation
import PythonJSON
import Streaming

extension ColumnValue {
  /// The value for `streaming head`: bytes as base64, arrays as type, shape and base64, images as mode, size and base64.
  var json: JSONValue {
    switch self {
    case .bytes(let bytes): .string(base64(bytes))
    case .string(let text), .decimal(let text): .string(text)
    case .int(let value): .integer(JSONInteger(value))
    case .bigInt(let value): .integer(value)
    case .float(let value): .number(value)
    case .float32(let value): .number(Double(value))
    case .float16(let value): .number(Double(value))
    case .json(let value): value
    case .list(let values): .array(values.map(\.json))
    case .ndarray(let array):
      .object([
        ("dtype", .string(array.type.name)), ("shape", .array(array.shape.map { .integer(JSONInteger($0)) })),
        ("base64", .string(base64(array.bytes))),
      ])
    case .image(let image):
      .object([
        ("mode", .string(image.mode)),
        ("size", .array([.integer(JSONInteger(image.width)), .integer(JSONInteger(image.height))])),
        ("base64", .string(base64(image.pixels))),
      ])
    }
  }
}

private func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

extension JSONValue {
  /// The same with long texts cut, for people.
  var abbreviated: JSONValue {
    switch self {
    case .string(let text) where text.unicodeScalars.count > 80:
      .string(String(String.UnicodeScalarView(text.unicodeScalars.prefix(60))) + "…")
    case .array(let values) where values.count > 20:
      .array(values.prefix(20).map(\.abbreviated) + [.string("… \(values.count - 20) more")])
    case .array(let values): .array(values.map(\.abbreviated))
    case .object(let object): .object(JSONObject(object.map { ($0.key, $0.value.abbreviated) }))
    default: self
    }
  }

  /// An object with its members in this order.
  static func object(_ members: [(String, JSONValue)]) -> JSONValue { .object(JSONObject(members)) }

  /// An integer.
  static func integer(_ value: Int) -> JSONValue { .integer(JSONInteger(value)) }

  /// The JSON text on one line, as Python's `json.dumps` writes it.
  var line: String { String(decoding: encoded(sortingKeys: false), as: UTF8.self) }
}
