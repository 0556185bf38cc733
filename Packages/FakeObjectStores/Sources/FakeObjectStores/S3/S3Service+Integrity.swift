/// Digests that a client sends along with a body.
extension S3Service {
  /// Holds a body against the digests in the request's headers.
  func checkIntegrity(_ request: S3Request, _ body: ReceivedBody) throws(S3Error) {
    if let text = request.head["content-md5"], Base64Text.decoded(text) != body.md5 {
      throw S3Error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
    }
    for (name, digest) in Self.checksums {
      guard let text = request.head["x-amz-checksum-\(name)"], Base64Text.decoded(text) != digest(body) else {
        continue
      }
      throw S3Error(
        400, "BadDigest", "The \(name.uppercased()) you specified did not match the calculated checksum.")
    }
  }

  private static let checksums: [(name: String, digest: @Sendable (ReceivedBody) -> [UInt8]?)] = [
    ("crc32", { bigEndian(CyclicCheck.crc32(of: $0.bytes)) }),
    ("crc32c", { bigEndian(CyclicCheck.crc32c(of: $0.bytes)) }),
    ("sha256", { $0.sha256 }),
  ]

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}

/// Cyclic redundancy checks a byte at a time: slow, and not the client's code.
enum CyclicCheck {
  static func crc32(of bytes: [UInt8]) -> UInt32 { check(bytes, isoTable) }
  static func crc32c(of bytes: [UInt8]) -> UInt32 { check(bytes, castagnoliTable) }

  private static let isoTable = table(0xEDB8_8320)
  private static let castagnoliTable = table(0x82F6_3B78)

  private static func check(_ bytes: [UInt8], _ table: [UInt32]) -> UInt32 {
    var state = UInt32.max
    for byte in bytes { state = state >> 8 ^ table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] }
    return ~state
  }

  private static func table(_ polynomial: UInt32) -> [UInt32] {
    (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ polynomial : value >> 1 }
    }
  }
}
