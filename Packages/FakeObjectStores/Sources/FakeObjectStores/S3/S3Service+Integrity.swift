/// Digests that a client sends along with a body.
extension S3Service {
  /// Holds a body against the digests in the request's headers.
  func checkIntegrity(_ request: S3Request, _ body: [UInt8]) throws(S3Error) {
    if let text = request.head["content-md5"], Base64.decoded(text) != Digests.md5(body) {
      throw S3Error(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
    }
    for (name, digest) in Self.checksums {
      guard let text = request.head["x-amz-checksum-\(name)"], Base64.decoded(text) != digest(body) else {
        continue
      }
      throw S3Error(
        400, "BadDigest", "The \(name.uppercased()) you specified did not match the calculated checksum.")
    }
  }

  private static let checksums: [(name: String, digest: @Sendable ([UInt8]) -> [UInt8])] = [
    ("crc32", { bigEndian(CyclicCheck.crc32(of: $0)) }),
    ("crc32c", { bigEndian(CyclicCheck.crc32c(of: $0)) }),
    ("sha256", { Digests.sha256($0) }),
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

/// Base 64 as headers have it.
enum Base64 {
  /// The bytes; nil for what is none.
  static func decoded(_ text: String) -> [UInt8]? {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var bytes: [UInt8] = []
    var bits = 0
    var count = 0
    for character in text.utf8.prefix(while: { $0 != 0x3D }) {
      guard let value = digits.firstIndex(of: character) else { return nil }
      bits = (bits << 6 | value) & 0xFFFF
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    return bytes
  }
}
