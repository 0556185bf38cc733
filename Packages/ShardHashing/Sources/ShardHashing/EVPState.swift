internal import CCrypto

/// A digest of OpenSSL's EVP interface.
final class EVPState: HashState, @unchecked Sendable {
  // Safe because the context is this object's alone, made in `init`, freed in `deinit`, and used by one owner at a time
  // (see `HashState`).
  private let context: OpaquePointer?
  private let digestByteCount: Int
  private var works: Bool

  init(_ name: String) {
    let digest = EVPDigest.named(name)
    context = EVP_MD_CTX_new()
    digestByteCount = digest.byteCount
    works = context != nil && digest.pointer != nil && EVP_DigestInit_ex(context, digest.pointer, nil) == 1
  }

  deinit { EVP_MD_CTX_free(context) }

  override func update(_ bytes: RawSpan) {
    guard works, !bytes.isEmpty else { return }
    works = bytes.withUnsafeBytes { EVP_DigestUpdate(context, $0.baseAddress, $0.count) } == 1
  }

  override func finalize() -> HashDigest {
    guard works else { return HashDigest(bytes: []) }
    var length: UInt32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { buffer, count in
      let result = EVP_DigestFinal_ex(context, buffer.baseAddress, &length)
      count = result == 1 && Int(length) == digestByteCount ? digestByteCount : 0
    }
    works = false
    return HashDigest(bytes: bytes)
  }
}

/// A digest that was fetched once: OpenSSL 3 searches its providers at each `EVP_sha1()`, which costs more than the hash
/// of a small buffer.
struct EVPDigest: @unchecked Sendable {
  // Safe because a fetched `EVP_MD` never changes, is counted atomically by OpenSSL, and lives as long as the process.
  let pointer: OpaquePointer?
  let byteCount: Int

  private static let fetched: [String: EVPDigest] = {
    var table: [String: EVPDigest] = [:]
    for algorithm in HashAlgorithm.all {
      guard case .evp(let name) = algorithm.implementation, let pointer = EVP_MD_fetch(nil, name, nil) else {
        continue
      }
      table[name] = EVPDigest(pointer: pointer, byteCount: Int(EVP_MD_get_size(pointer)))
    }
    ERR_clear_error()
    return table
  }()

  static func named(_ name: String) -> EVPDigest { fetched[name] ?? EVPDigest(pointer: nil, byteCount: 0) }
}

extension HashAlgorithm {
  /// Whether the library of this machine computes it.
  var isAvailable: Bool {
    guard case .evp(let name) = implementation else { return true }
    return EVPDigest.named(name).pointer != nil
  }
}
