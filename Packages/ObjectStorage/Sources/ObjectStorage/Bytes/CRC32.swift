import BinaryIO

/// The 32-bit cyclic redundancy checks of object stores, eight bytes a step.
///
/// Slicing by 8: Kounavis and Berry, "A Systematic Approach to Building High Performance, Software-based, CRC
/// Generators", ISCC 2005.
package struct CRC32: Sendable {
  /// A polynomial in reflected form.
  package enum Polynomial: UInt32, Sendable {
    /// CRC-32 of ISO 3309: zlib's.
    case iso = 0xEDB8_8320
    /// CRC-32C, Castagnoli's.
    case castagnoli = 0x82F6_3B78
  }

  private static let isoTable = table(.iso)
  private static let castagnoliTable = table(.castagnoli)

  private let table: [UInt32]
  private var state: UInt32 = .max

  package init(_ polynomial: Polynomial) {
    table = polynomial == .iso ? Self.isoTable : Self.castagnoliTable
  }

  /// The check of all bytes so far.
  package var value: UInt32 { ~state }

  /// Adds bytes.
  package mutating func update(_ bytes: RawSpan) {
    let table = self.table
    var crc = state
    var offset = 0
    while let low = bytes.uint32(at: offset), let high = bytes.uint32(at: offset + 4) {
      let first = low ^ crc
      var next: UInt32 = 0
      for byte in 0..<4 {
        next ^= table[(7 - byte) << 8 | Int(first >> (8 * UInt32(byte)) & 0xFF)]
        next ^= table[(3 - byte) << 8 | Int(high >> (8 * UInt32(byte)) & 0xFF)]
      }
      crc = next
      offset += 8
    }
    while let byte = bytes.uint8(at: offset) {
      crc = crc >> 8 ^ table[Int((crc ^ UInt32(byte)) & 0xFF)]
      offset += 1
    }
    state = crc
  }

  /// Eight tables of 256: the n-th moves a byte past n more bytes.
  private static func table(_ polynomial: Polynomial) -> [UInt32] {
    var table = [UInt32](repeating: 0, count: 8 * 256)
    for byte in 0..<256 {
      var value = UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ polynomial.rawValue : value >> 1 }
      table[byte] = value
    }
    for index in 256..<(8 * 256) {
      let before = table[index - 256]
      table[index] = before >> 8 ^ table[Int(before & 0xFF)]
    }
    return table
  }
}
