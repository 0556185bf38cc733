package import PythonJSON
import ShardHashing

/// Bytes in the canonical form: `{"hex"}` complete, or `{"sha256", "len"}`.
package enum GoldenBytes {
  /// The bytes of a form that holds them complete.
  package static func complete(_ form: JSONValue) throws -> [UInt8] {
    try bytes(ofHex: try form.member("hex").text())
  }

  /// What differs between the form and the bytes that came; nil when they are equal.
  package static func difference(_ form: JSONValue, from actual: [UInt8]) throws -> String? {
    if let hex = form.optionalMember("hex") {
      let expected = try hex.text()
      let came = hexDigits(actual)
      return expected == came ? nil : "expected bytes \(abbreviated(expected)), came \(abbreviated(came))"
    }
    let expected = (try form.member("sha256").text(), try form.member("len").integer(Int.self))
    if expected.1 != actual.count { return "expected \(expected.1) bytes, came \(actual.count)" }
    let came = sha256(actual)
    return expected.0 == came ? nil : "expected \(expected.1) bytes of sha256 \(expected.0), came \(came)"
  }

  /// The lower-case hexadecimal digits of bytes.
  package static func hexDigits(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes of lower- or upper-case hexadecimal digits.
  package static func bytes(ofHex text: String) throws -> [UInt8] {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { throw GoldenError("case.json: odd number of hex digits") }
    return try stride(from: 0, to: digits.count, by: 2).map { start in
      guard let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16) else {
        throw GoldenError("case.json: expected hex digits, found \(text)")
      }
      return byte
    }
  }

  /// The SHA-256 of bytes, in lower-case hexadecimal digits.
  package static func sha256(_ bytes: [UInt8]) -> String {
    HashAlgorithm.sha256.digest(of: bytes.span.bytes).hex
  }

  static func abbreviated(_ text: String) -> String {
    text.count <= 64 ? text : "\(text.prefix(64))… (\(text.count / 2) bytes)"
  }
}
