import CCrypto

/// An RSA key that signs, over libcrypto; overwritten and freed with its last reference.
// Safe because the key is set once, libcrypto only reads it to sign, and it is freed in `deinit`, when nobody
// else has a reference.
final class PrivateKey: @unchecked Sendable {
  private let key: OpaquePointer

  /// Reads a PEM text (PKCS #8 or PKCS #1), not encrypted; nil for anything else, and for keys that are not
  /// RSA or have less than 2,048 bits.
  init?(pem: Secret) {
    let key: OpaquePointer? = pem.withBytes { bytes in
      bytes.withUnsafeBytes { buffer in
        // Safe because the memory outlives the reader, which is freed before the closure returns.
        guard let reader = BIO_new_mem_buf(buffer.baseAddress, CInt(clamping: buffer.count)) else { return nil }
        defer { BIO_free(reader) }
        // An encrypted key has libcrypto ask for a password: the answer is none, not a prompt.
        return PEM_read_bio_PrivateKey(reader, nil, { _, _, _, _ in 0 }, nil)
      }
    }
    ERR_clear_error()
    guard let key else { return nil }
    guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA, EVP_PKEY_get_bits(key) >= 2048 else {
      EVP_PKEY_free(key)
      return nil
    }
    self.key = key
  }

  deinit { EVP_PKEY_free(key) }

  /// The signature of bytes by RSASSA-PKCS1-v1_5 with SHA-256 (`RS256`); nil when libcrypto gives none.
  func signature(of bytes: [UInt8]) -> [UInt8]? {
    guard let context = EVP_MD_CTX_new() else { return nil }
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1 else { return nil }
    let capacity = Int(EVP_PKEY_get_size(key))
    var isDone = false
    let signature = [UInt8](unsafeUninitializedCapacity: capacity) { out, count in
      var length = capacity
      // Safe because libcrypto writes at most `length` bytes, the capacity, and sets it to what it wrote.
      isDone = EVP_DigestSign(context, out.baseAddress, &length, bytes, bytes.count) == 1
      count = isDone ? min(length, capacity) : 0
    }
    return isDone ? signature : nil
  }
}
