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

  /// Empty for a text that is none.
  static func decoded(_ text: String) -> [UInt8] {
    var bits: [UInt8] = []
    for digit in text.utf8 where digit != 0x3D {
      guard let value = letters.firstIndex(of: digit) else { return [] }
      bits += (0..<6).reversed().map { UInt8(value >> $0 & 1) }
    }
    return stride(from: 0, through: bits.count - 8, by: 8).map { start in
      bits[start..<(start + 8)].reduce(0) { $0 << 1 | $1 }
    }
  }
}
