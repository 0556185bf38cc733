/// CRC-32C a byte at a time. Written for the fakes alone: a mistake shared with a client would not be seen.
enum CRC32C {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
  }

  static func value(of bytes: some Sequence<UInt8>) -> UInt32 {
    let table = Self.table
    var crc = UInt32.max
    for byte in bytes { crc = crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)] }
    return ~crc
  }

  /// Four bytes, the highest first, in base64, as Google writes it.
  static func base64(of bytes: some Sequence<UInt8>) -> String {
    let value = value(of: bytes)
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    // 32 bits are five whole digits and two bits; two signs fill up.
    let digits = (0..<5).map { letters[Int(value >> (26 - 6 * UInt32($0)) & 63)] } + [letters[Int(value & 3) << 4]]
    return String(decoding: digits + [0x3D, 0x3D], as: UTF8.self)
  }
}
