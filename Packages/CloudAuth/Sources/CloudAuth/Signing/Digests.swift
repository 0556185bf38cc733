import CCrypto

/// SHA-256 and its keyed form, over libcrypto.
enum Digests {
  /// The length of either in bytes.
  static let byteCount = 32

  /// The SHA-256 of bytes.
  static func sha256(_ bytes: Span<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { out, count in
      // Safe because `SHA256` writes 32 bytes, the capacity, and reads the borrowed bytes only.
      bytes.withUnsafeBufferPointer { _ = SHA256($0.baseAddress, $0.count, out.baseAddress) }
      count = byteCount
    }
  }

  /// The SHA-1 of bytes: a name for files, no protection.
  static func sha1(_ bytes: Span<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 20) { out, count in
      // Safe because `SHA1` writes 20 bytes, the capacity, and reads the borrowed bytes only.
      bytes.withUnsafeBufferPointer { _ = SHA1($0.baseAddress, $0.count, out.baseAddress) }
      count = 20
    }
  }

  /// The HMAC-SHA-256 of bytes.
  static func hmac(key: RawSpan, _ bytes: Span<UInt8>) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { out, count in
      // Safe because `HMAC` writes 32 bytes, the capacity, and reads the two borrowed memories only.
      key.withUnsafeBytes { key in
        bytes.withUnsafeBufferPointer { bytes in
          _ = HMAC(
            EVP_sha256(), key.baseAddress, CInt(clamping: key.count), bytes.baseAddress, bytes.count,
            out.baseAddress, nil)
        }
      }
      count = byteCount
    }
  }

  /// Appends bytes in lower-case hexadecimal.
  static func appendHexadecimal(_ bytes: [UInt8], to out: inout [UInt8]) {
    for byte in bytes {
      out.append(digit(byte >> 4))
      out.append(digit(byte & 15))
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}

/// A SHA-256 over pieces.
struct IncrementalSHA256: ~Copyable {
  // Safe because the value owns the context alone and frees it once.
  private let context: OpaquePointer?

  init() {
    context = EVP_MD_CTX_new()
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit { EVP_MD_CTX_free(context) }

  mutating func update(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { _ = EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
  }

  consuming func finalize() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Digests.byteCount) { out, count in
      EVP_DigestFinal_ex(context, out.baseAddress, nil)
      count = Digests.byteCount
    }
  }
}
