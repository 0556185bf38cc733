package import PythonJSON
package import ShardFormats

/// A typed value of a sample in the canonical form, as an input: `{"t": type, …}`.
package enum GoldenValue {
  /// The value to give to a writer.
  /// - Throws: what the value's own initialisers refuse, and `GoldenError` for what is no value.
  package static func columnValue(_ form: JSONValue) throws -> ColumnValue {
    let type = try form.member("t").text()
    switch type {
    case "bytes", "jpeg_file": return .bytes(try GoldenBytes.complete(form))
    case "str": return .string(String(decoding: try GoldenBytes.complete(form), as: UTF8.self))
    case "int": return .integer(try integer(form))
    case "float64": return .float(try GoldenFloat.double(form.member("bits").text()))
    case "decimal": return .decimal(try form.member("v").text())
    case "json": return .json(try json(form.member("v")))
    case "list": return .list(try form.member("v").elements().map(columnValue))
    case "ndarray":
      let name = try form.member("dtype").text()
      guard let type = NDArrayType(name: name) else { throw GoldenError("no array type `\(name)`") }
      return .ndarray(
        try NDArray(
          type: type, shape: form.member("shape").integers(Int.self), bytes: try GoldenBytes.complete(form)))
    case "pil":
      let size = try form.member("size").integers(Int.self)
      guard size.count == 2 else { throw GoldenError("case.json: expected a size of two numbers") }
      return .image(
        try RawImage(
          mode: form.member("mode").text(), width: size[0], height: size[1],
          pixels: try GoldenBytes.complete(form)))
    default: throw GoldenError("case.json: no type `\(type)`")
    }
  }

  /// A JSON tree of typed nodes.
  package static func json(_ form: JSONValue) throws -> JSONValue {
    let type = try form.member("t").text()
    switch type {
    case "null": return .null
    case "bool": return .bool(try form.member("v").flag())
    case "int": return .integer(try integer(form))
    case "float64": return .number(try GoldenFloat.double(form.member("bits").text()))
    case "str": return .string(String(decoding: try GoldenBytes.complete(form), as: UTF8.self))
    case "array": return .array(try form.member("v").elements().map(json))
    case "object":
      return .object(
        JSONObject(
          try form.member("v").elements().map { pair in
            let parts = try pair.elements()
            guard parts.count == 2 else { throw GoldenError("case.json: expected a pair") }
            // A key is a text or a typed text.
            let key = try parts[0].string ?? String(decoding: GoldenBytes.complete(parts[0]), as: UTF8.self)
            return (key, try json(parts[1]))
          }))
    default: throw GoldenError("case.json: no JSON type `\(type)`")
    }
  }

  private static func integer(_ form: JSONValue) throws -> JSONInteger {
    let digits = try form.member("v").decimal()
    guard let value = JSONInteger(decimal: digits) else {
      throw GoldenError("case.json: no integer `\(digits)`")
    }
    return value
  }
}
