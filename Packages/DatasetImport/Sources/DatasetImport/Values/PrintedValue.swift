internal import PythonJSON
internal import ShardFormats

/// Arrays and images in the form in which `streaming head --json` prints them, which loses nothing.
enum PrintedValue {
  /// `{"dtype": …, "shape": […], "base64": …}`; type and shape may be any that the column's encoding allows.
  static func array(_ object: JSONObject, column: ColumnSpec) throws(ImportError) -> ColumnValue {
    guard let name = object["dtype"]?.string, let type = NDArrayType(name: name),
      let shape = integers(object["shape"]), let bytes = bytes(object)
    else { throw MemberValue.bad(column, .object(object)) }
    return try checked(column) { () throws(ShardError) in
      .ndarray(try NDArray(type: type, shape: shape, bytes: bytes))
    }
  }

  /// `{"mode": …, "size": [width, height], "base64": …}`.
  static func image(_ json: JSONValue, column: ColumnSpec) throws(ImportError) -> ColumnValue {
    guard let object = json.object, let mode = object["mode"]?.string,
      let size = integers(object["size"]), size.count == 2, let pixels = bytes(object)
    else { throw MemberValue.bad(column, json) }
    return try checked(column) { () throws(ShardError) in
      .image(try RawImage(mode: mode, width: size[0], height: size[1], pixels: pixels))
    }
  }

  private static func bytes(_ object: JSONObject) -> [UInt8]? {
    object["base64"]?.string.flatMap(base64Decoded)
  }

  private static func integers(_ json: JSONValue?) -> [Int]? {
    guard case .array(let list)? = json else { return nil }
    let integers = list.compactMap(\.int)
    return integers.count == list.count ? integers : nil
  }

  private static func checked(
    _ column: ColumnSpec, _ body: () throws(ShardError) -> ColumnValue
  ) throws(ImportError) -> ColumnValue {
    do throws(ShardError) { return try body() } catch {
      throw ImportError(
        .badValue, column: column.name, expected: error.expected, found: error.found, remedy: error.remedy,
        cause: error)
    }
  }
}
