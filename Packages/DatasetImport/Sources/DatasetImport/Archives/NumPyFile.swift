internal import ShardFormats

/// NumPy's `.npy` files: a header that is a Python dictionary, then the elements. `numpy/lib/format.py` tells the form.
enum NumPyFile {
  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) }

  /// The array, little-endian and in C order whatever the file has.
  /// - Throws: ``ImportError`` `.badValue` for other element types, for a header that is none, and for other sizes.
  static func array(in bytes: [UInt8], column: String) throws(ImportError) -> ColumnValue {
    func bad(_ expected: String, _ found: String) -> ImportError {
      ImportError(
        .badValue, column: column, expected: expected, found: found, remedy: "Save the array again with numpy.save")
    }
    guard bytes.count >= 10 else { throw bad("the header of a .npy file", "\(bytes.count) bytes") }
    let sizeBytes = bytes[6] == 1 ? 2 : 4
    guard (1...3).contains(bytes[6]), bytes.count >= 8 + sizeBytes else {
      throw bad("version 1, 2 or 3 of the .npy format", "version \(bytes[6])")
    }
    let headerSize = (0..<sizeBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + sizeBytes + headerSize
    guard start <= bytes.count else { throw bad("a header of \(headerSize) bytes", "the file's end") }
    let header = String(decoding: bytes[(8 + sizeBytes)..<start], as: UTF8.self)
    guard let description = value(of: "descr", in: header), let order = value(of: "fortran_order", in: header),
      let shapeText = value(of: "shape", in: header), let shape = shape(shapeText)
    else { throw bad("descr, fortran_order and shape in the header", "\"\(header.prefix(80))\"") }
    guard let (type, isBigEndian) = elementType(description) else {
      throw bad("integers of 8 to 64 bits or floats of 16 to 64", "dtype \(description)")
    }
    var body = Array(bytes[start...])
    if isBigEndian { swapBytes(&body, type.byteCount) }
    if order == "True", shape.count > 1 {
      guard body.count == byteCount(type, shape) else { throw bad("the elements of shape \(shape)", "\(body.count) bytes") }
      body = transposed(body, shape, type.byteCount)
    }
    do throws(ShardError) { return .ndarray(try NDArray(type: type, shape: shape, bytes: body)) } catch {
      throw bad(error.expected, error.found)
    }
  }

  /// The text of a member of the header's dictionary: a quoted string without its quotes, a tuple, or a word.
  private static func value(of key: String, in header: String) -> String? {
    guard let place = header.firstRange(of: "'\(key)':") else { return nil }
    let rest = header[place.upperBound...].drop { $0 == " " }
    switch rest.first {
    case "'": return rest.dropFirst().firstIndex(of: "'").map { String(rest[rest.index(after: rest.startIndex)..<$0]) }
    case "(": return rest.firstIndex(of: ")").map { String(rest[...$0]) }
    default: return String(rest.prefix { $0.isLetter || $0.isNumber })
    }
  }

  private static func shape(_ text: String) -> [Int]? {
    guard text.hasPrefix("("), text.hasSuffix(")") else { return nil }
    var shape: [Int] = []
    for part in text.dropFirst().dropLast().split(separator: ",") {
      let digits = part.filter { $0 != " " }
      if digits.isEmpty { continue }
      guard let dimension = Int(digits), dimension >= 0 else { return nil }
      shape.append(dimension)
    }
    return shape
  }

  private static func elementType(_ description: String) -> (NDArrayType, isBigEndian: Bool)? {
    guard let order = description.first, "<>|=".contains(order) else { return nil }
    let types: [String: NDArrayType] = [
      "u1": .uint8, "i1": .int8, "u2": .uint16, "i2": .int16, "u4": .uint32, "i4": .int32, "u8": .uint64,
      "i8": .int64, "f2": .float16, "f4": .float32, "f8": .float64,
    ]
    return types[String(description.dropFirst())].map { ($0, order == ">") }
  }

  private static func swapBytes(_ bytes: inout [UInt8], _ width: Int) {
    guard width > 1 else { return }
    for start in stride(from: 0, to: bytes.count - width + 1, by: width) {
      bytes[start..<start + width].reverse()
    }
  }

  private static func byteCount(_ type: NDArrayType, _ shape: [Int]) -> Int? {
    var total = type.byteCount
    for dimension in shape {
      let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
      if overflow { return nil }
      total = product
    }
    return total
  }

  /// Elements in C order out of Fortran's, where the first index runs fastest.
  private static func transposed(_ bytes: [UInt8], _ shape: [Int], _ width: Int) -> [UInt8] {
    var strides: [Int] = []
    var stride = width
    for dimension in shape {
      strides.append(stride)
      stride *= dimension
    }
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = shape.map { _ in 0 }
    var place = 0
    for _ in 0..<(bytes.count / width) {
      output.append(contentsOf: bytes[place..<place + width])
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        place += strides[axis]
        if index[axis] < shape[axis] { break }
        place -= strides[axis] * shape[axis]
        index[axis] = 0
        axis -= 1
      }
    }
    return output
  }
}
