import Synchronization

/// Which objects were stored with a customer's key (SSE-C): the digest of each key, as S3 keeps it.
final class CustomerKeys: Sendable {
  private struct Place: Hashable {
    let bucket: String
    let key: KeyBytes
  }

  private let digests = Mutex<[Place: String]>([:])

  func note(_ digest: String?, _ bucket: String, _ key: KeyBytes) {
    digests.withLock { $0[Place(bucket: bucket, key: key)] = digest }
  }

  /// Holds the key that a request shows against the one that an object was stored with.
  func check(_ shown: String?, _ bucket: String, _ key: KeyBytes) throws(S3Error) {
    let stored = digests.withLock { $0[Place(bucket: bucket, key: key)] }
    switch (stored, shown) {
    case (nil, nil): return
    case (nil, _?):
      throw S3Error(400, "InvalidRequest", "The encryption parameters are not applicable to this object.")
    case (_?, nil):
      throw S3Error(
        400, "InvalidRequest",
        "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to "
          + "retrieve the object.")
    case (let stored?, let shown?):
      guard stored == shown else { throw .accessDenied() }
    }
  }
}

extension S3Request {
  /// The digest of the customer's key that a request shows; nil when it shows none.
  /// - Parameter prefix: what its header fields begin with.
  func customerKey(_ prefix: String = "x-amz-server-side-encryption-customer") throws(S3Error) -> String? {
    let (algorithm, key, digest) = (head[prefix + "-algorithm"], head[prefix + "-key"], head[prefix + "-key-md5"])
    if algorithm == nil, key == nil, digest == nil { return nil }
    guard algorithm == "AES256", let key = key.flatMap({ Base64Text.decoded($0) }), key.count == 32,
      let digest, Base64Text.decoded(digest) == Digests.md5(key)
    else {
      throw .invalidArgument(
        "The calculated MD5 hash of the key did not match the hash that was provided.", prefix + "-key-MD5", digest ?? "")
    }
    return digest
  }

  /// The digest of the customer's key that the source of a copy was stored with.
  func sourceCustomerKey() throws(S3Error) -> String? {
    try customerKey("x-amz-copy-source-server-side-encryption-customer")
  }
}
