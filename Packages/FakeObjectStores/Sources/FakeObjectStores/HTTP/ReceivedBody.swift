/// A request's body, with the digests that were taken of it.
struct ReceivedBody: Sendable {
  let bytes: [UInt8]
  /// Nil when it was not asked for.
  let sha256: [UInt8]?
  let md5: [UInt8]?
}

/// The digests of a body, taken of each piece when it comes: it is in the processor's cache then, and the client sends on.
final class BodyDigests {
  private let sha256: IncrementalDigest?
  private let md5: IncrementalDigest?

  init(sha256: Bool = false, md5: Bool = false) {
    self.sha256 = sha256 ? IncrementalDigest(.sha256) : nil
    self.md5 = md5 ? IncrementalDigest(.md5) : nil
  }

  // Safe because the digests only read, within the call.
  func update(_ piece: UnsafeRawBufferPointer) {
    sha256?.update(piece)
    md5?.update(piece)
  }

  func body(_ bytes: [UInt8]) -> ReceivedBody {
    ReceivedBody(bytes: bytes, sha256: sha256?.finish(), md5: md5?.finish())
  }
}
