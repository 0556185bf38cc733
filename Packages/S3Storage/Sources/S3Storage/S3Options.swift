public import CloudAuth
public import HTTPTransport
public import ObjectStorage

/// Where a bucket is and how to ask for it.
public struct S3Options: Sendable {
  /// How a bucket becomes part of a URL.
  public enum AddressingStyle: Sendable, Hashable {
    /// `host/bucket/key`: every service understands it.
    case path
    /// `bucket.host/key`.
    case virtualHost
  }

  /// Who asks.
  public enum Identity: Sendable {
    /// Requests are signed with the first credential found.
    case credentials(CredentialCache<AWSCredential>)
    /// Requests are not signed. Never chosen by itself.
    case anonymous
  }

  /// The region, for the endpoint and the signature; nil for `us-east-1`, and AWS is asked for the right one.
  public var region: String?
  /// The service's address; nil for AWS's own.
  public var endpoint: HTTPURL?
  /// Nil for: virtual hosts on AWS where the bucket's name allows it, paths elsewhere.
  public var addressingStyle: AddressingStyle?
  /// Who asks.
  public var identity: Identity
  /// Agrees to pay for the transfer, for buckets that ask for it.
  public var requesterPays: Bool
  /// The access list for new objects, such as `bucket-owner-full-control`.
  public var cannedACL: String?
  /// How new objects are encrypted; nil for the bucket's own setting.
  public var encryption: StoreOptions.Encryption?
  /// A key of yours with which the service encrypts objects and forgets it (SSE-C); nil for none. Every request about an
  /// object carries it then: over TLS, or to this machine.
  public var customerKey: S3CustomerKey?
  /// A checksum to send with every upload, which the service checks and keeps; nil for none.
  public var checksum: StoreOptions.Checksum?
  /// Compares whole objects with their entity tag where that is an MD5: not for parts, uploads in parts and keys of a
  /// key service. Costs the time of an MD5; a difference is reported when the sink has the bytes.
  public var verifiesDownloads = false
  /// Header fields for every request; they are part of the signature.
  public var headers: [StoreOptions.Header] = []
  /// What the service keeps of S3's promises: less for those that ignore conditions.
  public var abilities: StoreAbilities = .all
  /// Objects of more bytes are copied in parts.
  public var maximumCopyByteCount = 5 << 30
  /// Objects of more bytes are uploaded in parts.
  public var multipartThreshold = 64 << 20
  /// The least size of a part, the last excepted; at least 5 MiB.
  public var partByteCount = 16 << 20
  /// Parts of one object under way at once.
  public var concurrentParts = 4

  /// Makes options.
  public init(
    identity: Identity, region: String? = nil, endpoint: HTTPURL? = nil,
    addressingStyle: AddressingStyle? = nil,
    requesterPays: Bool = false, cannedACL: String? = nil
  ) {
    self.identity = identity
    self.region = region
    self.endpoint = endpoint
    self.addressingStyle = addressingStyle
    self.requesterPays = requesterPays
    self.cannedACL = cannedACL
  }
}
