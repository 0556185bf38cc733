/// What a store knows about its place and its permission, for `streaming doctor` and for messages.
public struct StoreDiagnosis: Sendable, Hashable {
  /// One place where credentials were looked for.
  public struct Source: Sendable, Hashable {
    /// The place in words: `environment (AWS_ACCESS_KEY_ID)`.
    public var name: String
    /// What was found there, without a secret: `key AKIA…MPLE, expires in 41 min`, `nothing`, or what is wrong.
    public var found: String
    /// Whether its credential is the one in use.
    public var isUsed: Bool

    /// Describes a place.
    public init(name: String, found: String, isUsed: Bool) {
      self.name = name
      self.found = found
      self.isUsed = isUsed
    }
  }

  /// A setting and where it came from, in words.
  public struct Setting: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The service in words: `Amazon S3`, `a directory`.
  public var service: String
  /// Where requests go, without user information and query.
  public var endpoint: String?
  /// The region that requests are made for.
  public var region: String?
  /// Places where credentials were looked for, in their order; empty where none are needed.
  public var credentials: [Source]
  /// The service's clock minus this machine's, when an answer told it.
  public var clockOffset: Duration?
  /// Further settings worth knowing.
  public var settings: [Setting]

  /// Starts with the service's name.
  public init(
    service: String, endpoint: String? = nil, region: String? = nil, credentials: [Source] = [],
    clockOffset: Duration? = nil, settings: [Setting] = []
  ) {
    self.service = service
    self.endpoint = endpoint
    self.region = region
    self.credentials = credentials
    self.clockOffset = clockOffset
    self.settings = settings
  }
}
