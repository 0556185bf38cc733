import CloudAuth
import HTTPTransport
import ObjectStorage
import ShardHashing
import Threading

extension S3Store {
  /// What new objects get: access list, media type, encryption.
  func setObjectHeaders(_ request: inout ObjectRequest, contentType: String?) {
    request.headers["x-amz-acl"] = options.cannedACL
    request.headers["Content-Type"] = contentType
    switch options.encryption {
    case nil: break
    case .serviceKeys: request.headers["x-amz-server-side-encryption"] = "AES256"
    case .managedKey(let key):
      request.headers["x-amz-server-side-encryption"] = "aws:kms"
      request.headers["x-amz-server-side-encryption-aws-kms-key-id"] = key
    }
  }

  /// Adds the body's checksum when the options ask for one: the service then refuses a body that was damaged.
  ///
  /// Reads the body once more, on a thread that may block.
  func addChecksum(to request: inout ObjectRequest) async throws(ObjectStoreError) {
    guard let algorithm = options.checksum, let body = request.body else { return }
    let value = try await BlockingPool.shared.run { () throws(ObjectStoreError) in
      try checksum(algorithm, of: body)
    }
    request.headers["x-amz-checksum-\(algorithm.rawValue)"] = value
  }
}

/// The checksum of a source as S3's headers have it: big-endian, in base 64.
func checksum(
  _ algorithm: StoreOptions.Checksum, of source: any ByteSource
) throws(ObjectStoreError) -> String {
  switch algorithm {
  case .sha256:
    var hash = IncrementalHash(.sha256)
    try source.forEachPiece { piece throws(ObjectStoreError) in hash.update(piece) }
    return Base64.encoded(hash.finalize().bytes)
  case .crc32, .crc32c:
    var crc = CRC32(algorithm == .crc32 ? .iso : .castagnoli)
    try source.forEachPiece { piece throws(ObjectStoreError) in crc.update(piece) }
    let value = crc.value
    return Base64.encoded((0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) })
  }
}

/// A digest of bytes in memory.
func digest(_ algorithm: HashAlgorithm, of bytes: [UInt8]) -> [UInt8] {
  var hash = IncrementalHash(algorithm)
  hash.update(bytes.span.bytes)
  return hash.finalize().bytes
}

/// A text for the inside of an XML element.
func xmlEscaped(_ text: String) -> String {
  text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    .replacing("\"", with: "&quot;")
}
