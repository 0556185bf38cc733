import CCrypto

/// The hashes that S3 needs, from libcrypto.
enum Digests {
  static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] { digest(Array(bytes), EVP_sha256(), 32) }
  static func md5(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_md5(), 16) }

  private static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?, _ byteCount: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { out, count in
      bytes.withUnsafeBytes { bytes in
        // Safe because the algorithm writes `byteCount` bytes, which is the capacity; it fails only without
        // memory.
        let isDone = EVP_Digest(bytes.baseAddress, bytes.count, out.baseAddress, nil, algorithm, nil)
        precondition(isDone == 1, "libcrypto has no \(byteCount * 8)-bit digest")
      }
      count = byteCount
    }
  }

  static func hmacSHA256(key: [UInt8], _ text: some Sequence<UInt8>) -> [UInt8] {
    let message = Array(text)
    return [UInt8](unsafeUninitializedCapacity: 32) { out, count in
      key.withUnsafeBytes { key in
        message.withUnsafeBufferPointer { message in
          // Safe because HMAC with SHA-256 writes 32 bytes, which is the capacity.
          let result = HMAC(
            EVP_sha256(), key.baseAddress, CInt(key.count), message.baseAddress, message.count,
            out.baseAddress, nil)
          precondition(result != nil, "libcrypto has no HMAC-SHA256")
        }
      }
      count = 32
    }
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}

/// A digest over pieces. Used by one thread.
final class IncrementalDigest {
  enum Algorithm {
    case sha256, md5
  }

  // Safe because this owns the context alone and frees it once.
  private let context: OpaquePointer?
  private let byteCount: Int

  init(_ algorithm: Algorithm) {
    byteCount = algorithm == .md5 ? 16 : 32
    context = EVP_MD_CTX_new()
    let isReady = EVP_DigestInit_ex(context, algorithm == .md5 ? EVP_md5() : EVP_sha256(), nil)
    precondition(isReady == 1, "libcrypto has no \(byteCount * 8)-bit digest")
  }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ piece: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, piece.baseAddress, piece.count) }

  /// The digest; only once.
  func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: byteCount) { out, count in
      // Safe because the algorithm writes `byteCount` bytes, which is the capacity.
      EVP_DigestFinal_ex(context, out.baseAddress, nil)
      count = byteCount
    }
  }
}
