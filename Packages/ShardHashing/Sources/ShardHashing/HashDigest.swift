/// The result of a hash: its bytes in canonical (big-endian) order.
public struct HashDigest: Sendable, Hashable {
  /// The digest, most significant byte first; empty when the library could not compute it, which equals no hash of a file.
  public let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The digest as an index writes it: lower-case hexadecimal digits, two for each byte.
  public var hex: String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension HashDigest: CustomStringConvertible {
  public var description: String { hex }
}
