internal import BinaryIO
internal import PythonJSON

extension Encoding {
  /// The value that an MDS column's bytes stand for.
  ///
  /// JPEG, PNG and pickle stay bytes. Text of numbers is read as Python's `int`, `float` and `Decimal` read it.
  /// - Throws: ``ShardError`` `.undecodable`, without a place, when the encoding does not make such bytes. No bytes trap.
  public func decode(_ column: RawSpan) throws(ShardError) -> ColumnValue {
    switch self {
    case .bytes, .jpeg, .png, .pkl: return .bytes(column.copied())
    case .str: return .string(try text(column))
    case .int: return try integer(Int64.self, column)
    case .uint8: return try integer(UInt8.self, column)
    case .uint16: return try integer(UInt16.self, column)
    case .uint32: return try integer(UInt32.self, column)
    case .uint64: return try integer(UInt64.self, column)
    case .int8: return try integer(Int8.self, column)
    case .int16: return try integer(Int16.self, column)
    case .int32: return try integer(Int32.self, column)
    case .int64: return try integer(Int64.self, column)
    case .float16: return .float16(try element(Float16.self, column))
    case .float32: return .float32(try element(Float.self, column))
    case .float64: return .float(try element(Double.self, column))
    case .strInt:
      let text = try text(column)
      guard let value = pythonInteger(text) else { throw undecodable("an integer", quoted(text)) }
      return .integer(value)
    case .strFloat, .float:
      let text = try text(column)
      guard let value = pythonFloat(text) else { throw undecodable("a float", quoted(text)) }
      return .float(value)
    case .strDecimal:
      let text = try text(column)
      guard let value = pythonDecimalText(text) else { throw undecodable("a decimal number", quoted(text)) }
      return .decimal(value)
    case .json:
      do {
        return .json(try JSONValue(parsing: column))
      } catch {
        throw undecodable(
          error.expected, "\(error.found) at byte \(error.byteOffset) of the JSON text", cause: error)
      }
    case .ndarray(let layout):
      let view = try NDArrayView(column, layout: layout)
      return .ndarray(try NDArray(type: view.type, shape: view.shape, bytes: view.bytes.copied()))
    case .pil:
      let view = try RawImageView(column)
      return .image(
        RawImage(unchecked: view.mode, width: view.width, height: view.height, pixels: view.pixels.copied()))
    case .listPIL: return .list(try list(column, placeholder: true, of: .pil))
    case .listJPEG: return .list(try list(column, placeholder: true, of: .jpeg))
    case .listPNG: return .list(try list(column, placeholder: true, of: .png))
    case .jpegArray, .jpegarray:
      let elements = try list(column, placeholder: false, of: .jpeg)
      guard !elements.isEmpty else { throw undecodable("at least one image", "none") }
      return .list(elements)
    case .custom(let custom):
      do {
        return try custom.decode(column)
      } catch {
        throw (error as? ShardError)
          ?? undecodable("a value of encoding \(custom.name)", "\(error)", cause: error)
      }
    }
  }

  private func undecodable(_ expected: String, _ found: String, cause: (any Error)? = nil) -> ShardError {
    ShardError(.undecodable, expected: expected, found: found, remedy: ShardError.downloadAgain, cause: cause)
  }

  private func quoted(_ text: String) -> String {
    text.utf8.count <= 40 ? "\"\(text)\"" : "\"\(text.prefix(40))\" and \(text.utf8.count) bytes in all"
  }

  private func text(_ column: RawSpan) throws(ShardError) -> String {
    guard let text = utf8Text(column) else { throw undecodable("UTF-8", "other bytes") }
    return text
  }

  private func element<Element: NDArrayElement>(_: Element.Type, _ column: RawSpan) throws(ShardError)
    -> Element
  {
    guard column.byteCount == MemoryLayout<Element>.size else {
      throw undecodable("\(MemoryLayout<Element>.size) bytes", "\(column.byteCount)")
    }
    return Element(littleEndianIn: column, at: 0)
  }

  private func integer<Integer: NDArrayElement & FixedWidthInteger>(
    _: Integer.Type, _ column: RawSpan
  ) throws(ShardError) -> ColumnValue {
    let value = try element(Integer.self, column)
    return Int(exactly: value).map(ColumnValue.int) ?? .bigInt(JSONInteger(value))
  }

  /// `[u32 0]` when there is a placeholder, `u32` count, `u32` sizes, elements that end where the column ends.
  private func list(
    _ column: RawSpan, placeholder: Bool, of element: Encoding
  ) throws(ShardError) -> [ColumnValue] {
    if placeholder {
      guard let zero = column.uint32(at: 0) else {
        throw undecodable("a list's head", "\(column.byteCount) bytes")
      }
      guard zero == 0 else { throw undecodable("0 at the start of a list", "\(zero)") }
    }
    let head = placeholder ? 8 : 4
    guard let count = column.uint32(at: head - 4) else {
      throw undecodable("a list's head", "\(column.byteCount) bytes")
    }
    // At most 2^32 sizes of 4 bytes: no overflow in 64 bits.
    guard Int(count) * 4 <= column.byteCount - head else {
      throw undecodable("\(count) sizes of elements", "\(column.byteCount - head) bytes")
    }
    var start = head + Int(count) * 4
    var elements: [ColumnValue] = []
    for index in 0..<Int(count) {
      let size = Int(column.uint32(at: head + 4 * index) ?? 0)
      guard let bytes = column.slice(start..<start + size) else {
        throw undecodable("element \(index) of \(size) bytes", "\(column.byteCount - start) bytes")
      }
      guard size > 0 else { throw undecodable("an image as element \(index)", "no bytes") }
      elements.append(try element.decode(bytes))
      start += size
    }
    guard start == column.byteCount else {
      throw undecodable("the end of the list", "\(column.byteCount - start) bytes more")
    }
    return elements
  }
}

/// The text of bytes that are UTF-8, nil for others.
package func utf8Text(_ bytes: RawSpan) -> String? {
  do { return String(copying: try UTF8Span(validating: Span<UInt8>(_bytes: bytes))) } catch { return nil }
}
