public import ObjectStorage

/// What a signature says about a request's body.
public struct PayloadHash: Sendable, Hashable {
  /// The value of `x-amz-content-sha256`.
  public let headerValue: String

  /// The body is not part of the signature: TLS protects it on its way.
  public static let unsigned = PayloadHash(headerValue: "UNSIGNED-PAYLOAD")
  /// There is no body.
  public static let empty = PayloadHash(
    headerValue: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

  /// The SHA-256 of bytes.
  public init(of bytes: [UInt8]) { self.init(Digests.sha256(bytes.span)) }

  /// The SHA-256 of all bytes of a source. Reads the source: call it where that may block.
  public init(of source: any ByteSource) throws(ObjectStoreError) {
    var hash = IncrementalSHA256()
    try source.forEachPiece { piece throws(ObjectStoreError) in hash.update(piece) }
    self.init(hash.finalize())
  }

  /// A SHA-256 that is there already, in base 64; nil for anything else.
  public init?(base64 text: String) {
    guard let digest = Base64.decoded(text), digest.count == Digests.byteCount else { return nil }
    self.init(digest)
  }

  private init(_ digest: [UInt8]) {
    var text: [UInt8] = []
    Digests.appendHexadecimal(digest, to: &text)
    self.init(headerValue: String(decoding: text, as: UTF8.self))
  }

  private init(headerValue: String) { self.headerValue = headerValue }
}
