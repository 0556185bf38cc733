import PythonJSON
import ShardFormats
import ShardImages

/// A sample in the canonical form: an object of tagged fields.
enum GoldenSample {
  /// What differs between the form and the fields that came; nil when they are equal.
  static func difference(_ form: JSONValue, from fields: [GoldenField]) throws -> String? {
    guard let expected = form.object else { throw GoldenError("case.json: expected a sample as an object") }
    let names = fields.map(\.column.name)
    if Set(expected.keys) != Set(names) {
      return "expected columns \(expected.keys.sorted()), came \(names.sorted())"
    }
    for field in fields {
      guard let form = expected[field.column.name] else { continue }
      if let difference = try difference(form, from: field) {
        return "column \(field.column.name): \(difference)"
      }
    }
    return nil
  }

  private static func difference(_ form: JSONValue, from field: GoldenField) throws -> String? {
    if field.fetched.map({ "\($0)" }) != "\(field.value)" { return "expected the same value by both ways, came two" }
    if let encoded = form.optionalMember("encoded"),
      let difference = try GoldenBytes.difference(encoded, from: field.bytes)
    {
      return "stored bytes: \(difference)"
    }
    return try difference(form, from: field.value, isText: field.column.encoding != .float64)
  }

  /// - Parameter isText: a float was read from text, so that any NaN is right.
  private static func difference(_ form: JSONValue, from value: ColumnValue, isText: Bool) throws -> String? {
    let tag = try form.member("t").text()
    switch (tag, value) {
    case ("bytes", .bytes(let bytes)): return try GoldenBytes.difference(form, from: bytes)
    case ("str", .string(let text)): return try GoldenBytes.difference(form, from: Array(text.utf8))
    case ("decimal", .decimal(let text)):
      let expected = try form.member("v").text()
      return expected == text ? nil : "expected \(expected), came \(text)"
    case ("float16", .float16(let float)): return try bits(form, GoldenFloat.digits(float.bitPattern))
    case ("float32", .float32(let float)): return try bits(form, GoldenFloat.digits(float.bitPattern))
    case ("float64", .float(let float)):
      if isText, float.isNaN, try GoldenFloat.double(try form.member("bits").text()).isNaN { return nil }
      return try bits(form, GoldenFloat.digits(float.bitPattern))
    case ("ndarray", .ndarray(let array)):
      let expected = (try form.member("dtype").text(), try form.member("shape").integers(Int.self))
      if expected != (array.type.name, array.shape) {
        return "expected \(expected.0) of \(expected.1), came \(array.type.name) of \(array.shape)"
      }
      return try GoldenBytes.difference(form, from: array.bytes)
    case ("json", .json(let tree)): return try treeDifference(try form.member("v"), from: tree)
    case ("pil", .image(let image)), ("png", .image(let image)):
      let expected = (try form.member("mode").text(), try form.member("size").integers(Int.self))
      if expected != (image.mode, [image.width, image.height]) {
        return
          "expected \(expected.0) of \(expected.1), came \(image.mode) of \(image.width) x \(image.height)"
      }
      return try GoldenBytes.difference(try form.member("pixels"), from: image.pixels)
    case ("list", .list(let values)):
      let expected = try form.member("v").elements()
      if expected.count != values.count { return "expected \(expected.count) elements, came \(values.count)" }
      for (form, value) in zip(expected, values) {
        if let difference = try difference(form, from: value, isText: isText) { return difference }
      }
      return nil
    // Images are handed out as the files that were stored, which `encoded` compares; a pickle stays what it is.
    case ("png", .bytes(let file)):
      return try difference(
        form, from: .image(try ImageDecoder().pillowImage(file.span.bytes)), isText: isText)
    case ("jpeg", .bytes(let file)):
      // The pixels are the decoder's own affair.
      let header = try ImageDecoder().decodedHeader(of: file)
      let expected = (try form.member("mode").text(), try form.member("size").integers(Int.self))
      let came = (header.pillowMode, [header.width, header.height])
      return expected == came ? nil : "expected \(expected), came \(came)"
    case ("opaque", .bytes): return nil
    case (_, .int(let value)) where tag.contains("int"): return try integer(form, "\(value)")
    case (_, .bigInt(let value)) where tag.contains("int"): return try integer(form, value.text)
    default: return "expected a value of kind \(tag), came \(value.kind)"
    }
  }

  private static func bits(_ form: JSONValue, _ came: String) throws -> String? {
    let expected = try form.member("bits").text()
    return expected == came ? nil : "expected bits \(expected), came \(came)"
  }

  private static func integer(_ form: JSONValue, _ came: String) throws -> String? {
    let expected = try form.member("v").decimal()
    return expected == came ? nil : "expected \(expected), came \(came)"
  }

  // MARK: JSON trees

  private static func treeDifference(_ form: JSONValue, from tree: JSONValue) throws -> String? {
    let tag = try form.member("t").text()
    switch (tag, tree) {
    case ("null", .null): return nil
    case ("bool", .bool(let value)): return try form.member("v").flag() == value ? nil : "expected \(!value)"
    case ("int", .integer(let value)): return try integer(form, value.text)
    case ("float64", .number(let value)):
      if value.isNaN, try GoldenFloat.double(try form.member("bits").text()).isNaN { return nil }
      return try bits(form, GoldenFloat.digits(value.bitPattern))
    case ("str", .string(let text)): return try GoldenBytes.difference(form, from: Array(text.utf8))
    case ("array", .array(let elements)):
      let expected = try form.member("v").elements()
      if expected.count != elements.count {
        return "expected \(expected.count) elements, came \(elements.count)"
      }
      for (form, element) in zip(expected, elements) {
        if let difference = try treeDifference(form, from: element) { return difference }
      }
      return nil
    case ("object", .object(let object)):
      let pairs = try form.member("v").elements()
      if pairs.count != object.count { return "expected \(pairs.count) members, came \(object.count)" }
      for pair in pairs {
        guard let key = pair[0], let form = pair[1] else { throw GoldenError("case.json: expected a pair") }
        guard let value = object[try key.text()] else {
          return "expected a member \(try key.text()), came none"
        }
        if let difference = try treeDifference(form, from: value) { return difference }
      }
      return nil
    default: return "expected \(tag), came \(tree.kind)"
    }
  }
}

extension ImageDecoder {
  /// The header of a file whose pixels can be decoded, too.
  fileprivate func decodedHeader(of file: [UInt8]) throws(ImageError) -> ImageHeader {
    _ = try decode(file.span.bytes)
    return try header(of: file.span.bytes)
  }
}
