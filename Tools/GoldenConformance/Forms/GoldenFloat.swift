package import PythonJSON

/// Floats in the canonical form: the bit pattern in big-endian hexadecimal digits.
package enum GoldenFloat {
  /// The digits of a bit pattern, 4, 8 or 16 of them.
  package static func digits<Bits: FixedWidthInteger & UnsignedInteger>(_ bits: Bits) -> String {
    let text = String(bits, radix: 16)
    return String(repeating: "0", count: Bits.bitWidth / 4 - text.count) + text
  }

  /// The `Double` of 16 digits.
  package static func double(_ digits: String) throws -> Double {
    guard let bits = UInt64(digits, radix: 16) else {
      throw GoldenError("case.json: expected hex digits, found \(digits)")
    }
    return Double(bitPattern: bits)
  }

  /// What differs between a list of `bits` and the doubles that came; nil when they are equal, bit for bit.
  package static func difference(_ bits: JSONValue, from values: [Double]) throws -> String? {
    let expected = try bits.elements().map { try $0.text() }
    if expected.count != values.count { return "expected \(expected.count) values, came \(values.count)" }
    for (index, (expected, value)) in zip(expected, values).enumerated()
    where expected != digits(value.bitPattern) {
      return
        "expected \(try double(expected)) (\(expected)) at \(index), came \(value) (\(digits(value.bitPattern)))"
    }
    return nil
  }

  /// What differs between the form of a float64 array (`shape`, `sha256`, `bits` of the first 16) and what came.
  package static func difference(_ form: JSONValue, from values: [Double], shape: [Int]) throws -> String? {
    let expectedShape = try form.member("shape").integers(Int.self)
    if expectedShape != shape { return "expected shape \(expectedShape), came \(shape)" }
    if let difference = try difference(try form.member("bits"), from: Array(values.prefix(16))) {
      return difference
    }
    let bytes = GoldenArray.littleEndianBytes(values.map { Int64(bitPattern: $0.bitPattern) })
    let expected = try form.member("sha256").text()
    let came = GoldenBytes.sha256(bytes)
    return expected == came ? nil : "expected sha256 \(expected), came \(came)"
  }
}
