public import CloudAuth
public import HTTPTransport
public import ObjectStorage

/// Where a bucket is and how to ask for it.
public struct GCSOptions: Sendable {
  /// Who asks.
  public enum Identity: Sendable {
    /// Requests carry the first token found.
    case credentials(CredentialCache<BearerToken>)
    /// Requests carry no token. Never chosen by itself, except at an emulator.
    case anonymous
  }

  /// The service's address: Google's, or an emulator's.
  public var endpoint: HTTPURL
  /// Who asks.
  public var identity: Identity
  /// The project that pays, for buckets whose owner doesn't; nil for the one that the credential names.
  public var billedProject: String?
  /// The file of a service account's key, with which URLs are signed; nil for none.
  public var signingFile: String?
  /// Further headers for every request.
  public var headers: [StoreOptions.Header]
  /// Objects of more bytes are uploaded in a resumable session.
  public var resumableThreshold = 8 << 20
  /// Bytes of one request of a resumable session; a multiple of 256 KiB.
  public var chunkByteCount = 64 << 20
  /// Whether objects that are read whole are held against the checksum that the service tells.
  public var verifiesChecksums = true

  /// Makes options.
  public init(
    identity: Identity, endpoint: HTTPURL, billedProject: String? = nil, headers: [StoreOptions.Header] = []
  ) {
    self.identity = identity
    self.endpoint = endpoint
    self.billedProject = billedProject
    self.headers = headers
  }
}
