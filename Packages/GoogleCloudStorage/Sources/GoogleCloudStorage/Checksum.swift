import CloudAuth
import ObjectStorage

/// CRC-32C as Google writes it: four bytes, the highest first, in base64.
enum Checksum {
  /// The check of all bytes of a source. Reads the source: call it where that may block.
  static func base64(of source: any ByteSource) throws(ObjectStoreError) -> String {
    var checksum = CRC32(.castagnoli)
    try source.forEachPiece { piece throws(ObjectStoreError) in checksum.update(piece) }
    return base64(checksum.value)
  }

  static func base64(_ value: UInt32) -> String {
    Base64.encoded([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) })
  }

  static func value(ofBase64 text: some StringProtocol) -> UInt32? {
    guard let bytes = Base64.decoded(text), bytes.count == 4 else { return nil }
    return bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }
}
