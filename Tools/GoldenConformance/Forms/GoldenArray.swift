package import PythonJSON

/// An int64 array in the canonical form: `shape`, `sha256` of its little-endian C-order bytes, and all of its
/// `values`, or its `first` ones, or a `file` with them.
package enum GoldenArray {
  /// What differs between the form and the array that came; nil when they are equal.
  /// - Parameter shape: the shape that came; its product is the number of values.
  package static func difference(
    _ form: JSONValue, from values: some Collection<Int64>, shape: [Int], in goldenCase: GoldenCase
  ) throws -> String? {
    let expectedShape = try form.member("shape").integers(Int.self)
    if expectedShape != shape { return "expected shape \(expectedShape), came \(shape)" }
    let bytes = littleEndianBytes(values)
    let expectedDigest = try form.member("sha256").text()
    let digest = GoldenBytes.sha256(bytes)
    if expectedDigest == digest { return nil }
    guard let known = try knownValues(form, in: goldenCase) else {
      return "expected sha256 \(expectedDigest), came \(digest)"
    }
    for (position, (expected, came)) in zip(known, values).enumerated() where expected != came {
      return "expected \(expected) at \(position) of \(values.count) values, came \(came)"
    }
    return
      "expected sha256 \(expectedDigest), came \(digest), though the first \(known.count) values are equal"
  }

  /// The complete array; nil when the form holds its first values only.
  package static func complete(_ form: JSONValue, in goldenCase: GoldenCase) throws -> [Int64]? {
    if let values = form.optionalMember("values") { return try flattened(values) }
    guard let file = form.optionalMember("file") else { return nil }
    let start = try form.optionalMember("offset")?.integer(Int.self) ?? 0
    let count = try form.member("count").integer(Int.self)
    let bytes = try readFile(goldenCase.path(try file.text()))
    guard start >= 0, count >= 0, bytes.count / 8 >= count, start <= bytes.count - count * 8 else {
      throw GoldenError("case.json: `file` is shorter than offset and count say")
    }
    return (0..<count).map { index in
      var word: UInt64 = 0
      for byte in 0..<8 { word |= UInt64(bytes[start + index * 8 + byte]) << UInt64(byte * 8) }
      return Int64(bitPattern: word)
    }
  }

  /// The little-endian bytes of int64 values.
  package static func littleEndianBytes(_ values: some Collection<Int64>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 8)
    for value in values {
      let word = UInt64(bitPattern: value)
      for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: word >> shift))
      }
    }
    return bytes
  }

  private static func knownValues(_ form: JSONValue, in goldenCase: GoldenCase) throws -> [Int64]? {
    if let all = try complete(form, in: goldenCase) { return all }
    return try form.optionalMember("first").map(flattened)
  }

  /// `values` may be nested as the shape is.
  private static func flattened(_ value: JSONValue) throws -> [Int64] {
    guard let elements = value.array else { return [try value.integer(Int64.self)] }
    return try elements.flatMap(flattened)
  }
}
