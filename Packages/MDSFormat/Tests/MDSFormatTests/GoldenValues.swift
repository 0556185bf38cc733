import Foundation
import PythonJSON
import ShardFormats
import TestSupport

/// The golden data's tagged values as column values, for `mds` writer cases.
enum GoldenValues {
  static func bytes(hex: String) -> [UInt8] {
    let digits = Array(hex.utf8)
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16) ?? 0
    }
  }

  static func integer(_ value: JSONValue?) -> JSONInteger? {
    if case .integer(let integer) = value { return integer }
    return value?.string.flatMap { JSONInteger(decimal: $0) }
  }

  static func value(_ tagged: JSONValue) throws -> ColumnValue {
    let hex = tagged["hex"]?.string.map(bytes(hex:)) ?? []
    switch tagged["t"]?.string {
    case "bytes", "jpeg_file": return .bytes(hex)
    case "str": return .string(String(decoding: hex, as: UTF8.self))
    case "int": return .integer(integer(tagged["v"]) ?? 0)
    case "float64": return .float(Double(bitPattern: UInt64(tagged["bits"]?.string ?? "", radix: 16) ?? 0))
    case "decimal": return .decimal(tagged["v"]?.string ?? "")
    case "json": return .json(tree(tagged["v"] ?? .null))
    case "list": return .list(try (tagged["v"]?.array ?? []).map(value))
    case "ndarray":
      return .ndarray(
        try NDArray(
          type: NDArrayType(name: tagged["dtype"]?.string ?? "")!,
          shape: (tagged["shape"]?.array ?? []).compactMap(\.int), bytes: hex))
    case "pil":
      return .image(
        try RawImage(
          mode: tagged["mode"]?.string ?? "", width: tagged["size"]?[0]?.int ?? 0,
          height: tagged["size"]?[1]?.int ?? 0, pixels: hex))
    default:
      throw ShardError(.wrongType, expected: "a known tag", found: "\(tagged)", remedy: "extend the test")
    }
  }

  static func tree(_ tagged: JSONValue) -> JSONValue {
    switch tagged["t"]?.string {
    case "bool": .bool(tagged["v"]?.bool ?? false)
    case "int": integer(tagged["v"]).map { .integer($0) } ?? .null
    case "float64": .number(Double(bitPattern: UInt64(tagged["bits"]?.string ?? "", radix: 16) ?? 0))
    case "str": .string(String(decoding: bytes(hex: tagged["hex"]?.string ?? ""), as: UTF8.self))
    case "array": .array((tagged["v"]?.array ?? []).map(tree))
    case "object":
      .object(
        JSONObject(
          (tagged["v"]?.array ?? []).map { pair in
            (keyText(pair[0] ?? .null), tree(pair[1] ?? .null))
          }))
    default: .null
    }
  }

  static func keyText(_ key: JSONValue) -> String {
    key.string ?? String(decoding: bytes(hex: key["hex"]?.string ?? ""), as: UTF8.self)
  }
}
