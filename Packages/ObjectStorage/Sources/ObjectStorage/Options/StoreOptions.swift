/// How to reach a store and how to treat it, for all addresses below a prefix. Nil means: as the environment, the
/// service's files or the service itself say.
///
/// A store reads what applies to it. Set them with ``ObjectStoreRegistry/configure(_:_:)``, so that data sets of
/// several providers are used side by side.
public struct StoreOptions: Sendable {
  /// How a bucket becomes part of a URL.
  public enum AddressingStyle: String, Sendable, Hashable {
    /// `host/bucket/key`.
    case path
    /// `bucket.host/key`.
    case virtualHost = "virtual"
  }

  /// By whose leave the store is used.
  public enum Identity: Sendable {
    /// Requests carry no credentials. Never chosen by itself.
    case anonymous
    /// The section of that name in the service's shared files.
    case profile(String)
    /// A file of credentials, such as a service account's JSON or a private key.
    case file(String)
    /// A credential that the program was told, of the store's own type.
    case credential(any StoreCredential)
  }

  /// What the service does to objects before it keeps them.
  public enum Encryption: Sendable, Hashable {
    /// Encrypted with keys of the service.
    case serviceKeys
    /// Encrypted with a key of the key-management service; nil for the account's standard one.
    case managedKey(String?)
  }

  /// A checksum that is sent along with an upload and checked by the service.
  public enum Checksum: String, Sendable, Hashable {
    case crc32, crc32c, sha256
  }

  /// The service's address in place of its own, such as `https://minio.example:9000`.
  public var endpoint: String?
  /// The region.
  public var region: String?
  /// How a bucket becomes part of a URL.
  public var addressingStyle: AddressingStyle?
  /// By whose leave.
  public var identity: Identity?
  /// A file of CA certificates (PEM) to trust in place of the system's.
  public var certificateBundle: String?
  /// A proxy's URL; `""` for none, whatever the environment says.
  public var proxy: String?
  /// Agrees to pay for the transfer where the owner asks for it.
  public var requesterPays: Bool?
  /// Header fields for every request to the service; they never follow to another host.
  public var headers: [Header]
  /// What happens to uploaded objects.
  public var encryption: Encryption?
  /// A checksum to send with uploads.
  public var checksum: Checksum?
  /// How often requests are repeated.
  public var retryPolicy: RetryPolicy?
  /// The longest wait for a connection.
  public var connectTimeout: Duration?
  /// Requests at once, at most.
  public var maximumConcurrentRequests: Int?
  /// Bytes a second, at most, in each direction.
  public var bytesPerSecond: Int?
  /// A second request is started when the first has not begun to answer after this much of the usual time.
  public var hedging: HedgingPolicy?
  /// Large objects are read by several requests at once.
  public var splitting: SplittingPolicy?
  /// Further settings by name, for stores that have some.
  public var settings: [String: String]

  /// Nothing set.
  public init() {
    headers = []
    settings = [:]
  }

  /// A header field.
  public struct Header: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }
}

/// A credential that can be given in ``StoreOptions/Identity/credential(_:)``: each service has its own type. Its
/// secrets print as `…`.
public protocol StoreCredential: Sendable {}

extension StoreOptions {
  /// These options where they are set, else those of `general`. Headers and settings are joined by name.
  public func over(_ general: StoreOptions) -> StoreOptions {
    var joined = self
    joined.endpoint = endpoint ?? general.endpoint
    joined.region = region ?? general.region
    joined.addressingStyle = addressingStyle ?? general.addressingStyle
    joined.identity = identity ?? general.identity
    joined.certificateBundle = certificateBundle ?? general.certificateBundle
    joined.proxy = proxy ?? general.proxy
    joined.requesterPays = requesterPays ?? general.requesterPays
    joined.encryption = encryption ?? general.encryption
    joined.checksum = checksum ?? general.checksum
    joined.retryPolicy = retryPolicy ?? general.retryPolicy
    joined.connectTimeout = connectTimeout ?? general.connectTimeout
    joined.maximumConcurrentRequests = maximumConcurrentRequests ?? general.maximumConcurrentRequests
    joined.bytesPerSecond = bytesPerSecond ?? general.bytesPerSecond
    joined.hedging = hedging ?? general.hedging
    joined.splitting = splitting ?? general.splitting
    joined.settings = settings.merging(general.settings) { mine, _ in mine }
    let names = Set(headers.map { $0.name.lowercased() })
    joined.headers = general.headers.filter { !names.contains($0.name.lowercased()) } + headers
    return joined
  }
}
