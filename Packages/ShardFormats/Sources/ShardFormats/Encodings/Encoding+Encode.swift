internal import PythonJSON

extension Encoding {
  /// Appends the bytes that an MDS column stores for a value; upstream's `mds_encode`.
  ///
  /// `.bytes` are stored as they are, whatever the encoding. Types are as strict as upstream's: `int` takes integers,
  /// `str_float` a `Double`; the sized numbers take any number in range and decimal text, floats truncated toward zero.
  /// - Throws: ``ShardError`` `.wrongType`, `.tooLarge`, without a place; nothing is appended then.
  public func encode(_ value: ColumnValue, into output: inout [UInt8]) throws(ShardError) {
    if case .bytes(let bytes) = value {
      if let fixedByteCount, bytes.count != fixedByteCount {
        throw wrongType("\(fixedByteCount) bytes", "\(bytes.count)")
      }
      output.append(contentsOf: bytes)
      return
    }
    switch self {
    case .bytes, .pkl: throw wrongType("bytes", value.kind)
    case .jpeg, .png: throw wrongType("bytes of a \(self) file", value.kind)
    case .str:
      guard case .string(let text) = value else { throw wrongType("a string", value.kind) }
      output.append(contentsOf: text.utf8)
    case .int:
      guard case .int(let integer) = value else {
        guard case .bigInt(let integer) = value else { throw wrongType("an integer", value.kind) }
        throw tooLarge("an integer of 64 bits", integer.text)
      }
      Int64(integer).appendLittleEndian(to: &output)
    case .uint8: try append(UInt8.self, value, &output)
    case .uint16: try append(UInt16.self, value, &output)
    case .uint32: try append(UInt32.self, value, &output)
    case .uint64: try append(UInt64.self, value, &output)
    case .int8: try append(Int8.self, value, &output)
    case .int16: try append(Int16.self, value, &output)
    case .int32: try append(Int32.self, value, &output)
    case .int64: try append(Int64.self, value, &output)
    case .float16:
      if case .float16(let float) = value {
        float.appendLittleEndian(to: &output)
      } else {
        Float16(try number(value)).appendLittleEndian(to: &output)
      }
    case .float32:
      if case .float32(let float) = value {
        float.appendLittleEndian(to: &output)
      } else {
        Float(try number(value)).appendLittleEndian(to: &output)
      }
    case .float64: try number(value).appendLittleEndian(to: &output)
    case .strInt:
      switch value {
      case .int(let integer): output.append(contentsOf: String(integer).utf8)
      case .bigInt(let integer): output.append(contentsOf: integer.text.utf8)
      default: throw wrongType("an integer", value.kind)
      }
    case .strFloat, .float:
      guard case .float(let float) = value else { throw wrongType("a Double", value.kind) }
      output.append(contentsOf: pythonRepr(float).utf8)
    case .strDecimal:
      guard case .decimal(let decimal) = value else { throw wrongType("a decimal", value.kind) }
      guard let text = pythonDecimalText(decimal) else {
        throw wrongType("a decimal number", "\"\(decimal)\"")
      }
      output.append(contentsOf: text.utf8)
    case .ndarray(let layout): try append(value, layout, &output)
    case .pil: try appendImage(value, &output)
    case .listPIL: try appendList(value, placeholder: true, of: .pil, &output)
    case .listJPEG: try appendList(value, placeholder: true, of: .jpeg, &output)
    case .listPNG: try appendList(value, placeholder: true, of: .png, &output)
    case .jpegArray, .jpegarray: try appendList(value, placeholder: false, of: .jpeg, &output)
    case .json: try json(value).encode(into: &output, sortingKeys: false)
    case .custom(let custom):
      let bytes: [UInt8]
      do {
        bytes = try custom.encode(value)
      } catch {
        throw (error as? ShardError)
          ?? wrongType("a value for encoding \(custom.name)", "\(error)", cause: error)
      }
      try encode(.bytes(bytes), into: &output)
    }
  }

  // MARK: Numbers

  private func append<Integer: NDArrayElement & FixedWidthInteger>(
    _: Integer.Type, _ value: ColumnValue, _ output: inout [UInt8]
  ) throws(ShardError) {
    let converted: Integer?
    let text: String
    switch value {
    case .int(let integer): (converted, text) = (Integer(exactly: integer), "\(integer)")
    case .bigInt(let integer): (converted, text) = (Integer(exactly: integer), integer.text)
    case .float, .float32, .float16:
      let float = try number(value)
      (converted, text) = (Integer(exactly: float.rounded(.towardZero)), "\(float)")
    case .string(let decimal):
      guard let integer = pythonInteger(decimal) else { throw wrongType("a number", "\"\(decimal)\"") }
      (converted, text) = (Integer(exactly: integer), decimal)
    default: throw wrongType("a number", value.kind)
    }
    guard let converted else { throw tooLarge("a number from \(Integer.min) to \(Integer.max)", text) }
    converted.appendLittleEndian(to: &output)
  }

  private func number(_ value: ColumnValue) throws(ShardError) -> Double {
    switch value {
    case .float(let float): return float
    case .float32(let float): return Double(float)
    case .float16(let float): return Double(float)
    case .int(let integer): return Double(integer)
    case .bigInt(let integer):
      let float = Double(integer)
      guard float.isFinite else {
        throw tooLarge("an integer in the range of a Double", "\(integer.text.prefix(40))…")
      }
      return float
    case .string(let text):
      guard let float = pythonFloat(text) else { throw wrongType("a number", "\"\(text)\"") }
      return float
    default: throw wrongType("a number", value.kind)
    }
  }

  // MARK: Arrays, images, lists

  private func append(_ value: ColumnValue, _ layout: NDArrayLayout, _ output: inout [UInt8])
    throws(ShardError)
  {
    guard case .ndarray(let array) = value else { throw wrongType("an array", value.kind) }
    guard array.type == layout.type ?? array.type, array.shape == layout.shape ?? array.shape else {
      throw wrongType("an array for \(name)", value.kind)
    }
    guard !array.shape.isEmpty, array.shape.count < 64, array.shape.allSatisfy({ $0 > 0 }) else {
      throw wrongType("an array of 1 to 63 dimensions, each from 1 up", value.kind)
    }
    if layout.type == nil { output.append(array.type.rawValue) }
    if layout.shape == nil {
      let largest = UInt64(array.shape.max() ?? 1)
      let width = largest < 1 << 8 ? 0 : largest < 1 << 16 ? 1 : largest < 1 << 32 ? 2 : 3
      output.append(UInt8(array.shape.count << 2 | width))
      for dimension in array.shape {
        for byte in 0..<(1 << width) { output.append(UInt8(truncatingIfNeeded: dimension >> (8 * byte))) }
      }
    }
    output.append(contentsOf: array.bytes)
  }

  private func appendImage(_ value: ColumnValue, _ output: inout [UInt8]) throws(ShardError) {
    guard case .image(let image) = value else { throw wrongType("an image", value.kind) }
    guard let width = UInt32(exactly: image.width), let height = UInt32(exactly: image.height) else {
      throw tooLarge("a width and height below 2^32", "\(image.width) x \(image.height)")
    }
    width.appendLittleEndian(to: &output)
    height.appendLittleEndian(to: &output)
    UInt32(image.mode.utf8.count).appendLittleEndian(to: &output)
    output.append(contentsOf: image.mode.utf8)
    output.append(contentsOf: image.pixels)
  }

  private func appendList(
    _ value: ColumnValue, placeholder: Bool, of element: Encoding, _ output: inout [UInt8]
  ) throws(ShardError) {
    guard case .list(let values) = value else { throw wrongType("a list", value.kind) }
    guard let count = UInt32(exactly: values.count) else {
      throw tooLarge("fewer than 2^32 elements", "\(values.count)")
    }
    var sizes: [UInt8] = []
    var bodies: [UInt8] = []
    for value in values {
      let start = bodies.count
      try element.encode(value, into: &bodies)
      guard let size = UInt32(exactly: bodies.count - start) else {
        throw tooLarge("elements below 4 GiB", "\(bodies.count - start) bytes")
      }
      size.appendLittleEndian(to: &sizes)
    }
    if placeholder { UInt32(0).appendLittleEndian(to: &output) }
    count.appendLittleEndian(to: &output)
    output.append(contentsOf: sizes)
    output.append(contentsOf: bodies)
  }

  // MARK: JSON

  /// What `json.dumps` would see: JSON values as they are, arrays as nested lists, plain values as themselves.
  private func json(_ value: ColumnValue) throws(ShardError) -> JSONValue {
    switch value {
    case .json(let json): return json
    case .string(let text): return .string(text)
    case .int(let integer): return .integer(JSONInteger(integer))
    case .bigInt(let integer): return .integer(integer)
    case .float(let float): return .number(float)
    case .list(let values):
      var elements: [JSONValue] = []
      for value in values { elements.append(try json(value)) }
      return .array(elements)
    case .ndarray(let array): return nested(array)
    default: throw wrongType("a JSON value", value.kind)
    }
  }

  /// numpy's `tolist`.
  private func nested(_ array: NDArray) -> JSONValue {
    func integers<Element: NDArrayElement & BinaryInteger>(_: Element.Type) -> [JSONValue] {
      (array.elements(as: Element.self) ?? []).map { .integer(JSONInteger($0)) }
    }
    func floats<Element: NDArrayElement & BinaryFloatingPoint>(_: Element.Type) -> [JSONValue] {
      (array.elements(as: Element.self) ?? []).map { .number(Double($0)) }
    }
    var level: [JSONValue] =
      switch array.type {
      case .uint8: integers(UInt8.self)
      case .int8: integers(Int8.self)
      case .uint16: integers(UInt16.self)
      case .int16: integers(Int16.self)
      case .uint32: integers(UInt32.self)
      case .int32: integers(Int32.self)
      case .uint64: integers(UInt64.self)
      case .int64: integers(Int64.self)
      case .float16: floats(Float16.self)
      case .float32: floats(Float.self)
      case .float64: floats(Double.self)
      }
    guard !array.shape.isEmpty else { return level.first ?? .null }
    for dimension in array.shape.dropFirst().reversed() {
      guard dimension > 0 else { return .array([]) }
      level = stride(from: 0, to: level.count, by: dimension).map {
        .array(Array(level[$0..<$0 + dimension]))
      }
    }
    return .array(level)
  }

  // MARK: Errors

  private func wrongType(_ expected: String, _ found: String, cause: (any Error)? = nil) -> ShardError {
    ShardError(
      .wrongType, expected: expected, found: found,
      remedy: "give column values of its encoding `\(name)`, or bytes that are stored as they are",
      cause: cause)
  }

  private func tooLarge(_ expected: String, _ found: String) -> ShardError {
    ShardError(.tooLarge, expected: expected, found: found, remedy: "choose a wider encoding than `\(name)`")
  }
}
