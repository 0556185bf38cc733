/// Base64 (RFC 4648). Written for the fakes alone: a mistake shared with a client would not be seen.
enum Base64Text {
  private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  static func encoded(_ bytes: [UInt8]) -> String {
    var bits = bytes.flatMap { byte in (0..<8).reversed().map { byte >> UInt8($0) & 1 } }
    while bits.count % 6 != 0 { bits.append(0) }
    var text = stride(from: 0, to: bits.count, by: 6).map { start in
      letters[Int(bits[start..<(start + 6)].reduce(0) { $0 << 1 | $1 })]
    }
    while text.count % 4 != 0 { text.append(0x3D) }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes; nil for a text that is none.
  /// - Parameter inURLs: in the alphabet of URLs, which has no padding.
  static func decoded(_ text: some StringProtocol, inURLs: Bool = false) -> [UInt8]? {
    let letters = inURLs ? letters.map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 } : letters
    var digits = Array(text.utf8)
    while !inURLs, digits.last == 0x3D { digits.removeLast() }
    var bits: [UInt8] = []
    for digit in digits {
      guard let value = letters.firstIndex(of: digit) else { return nil }
      bits += (0..<6).reversed().map { UInt8(value >> $0 & 1) }
    }
    return (0..<bits.count / 8).map { number in
      bits[(number * 8)..<(number * 8 + 8)].reduce(0) { $0 << 1 | $1 }
    }
  }
}
