extension ObjectStoreError {
  /// A kind of failure. More kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The kind in words.
    public let description: String
    let usualAdvice: RetryAdvice
    let usualRemedy: String

    private init(_ description: String, _ advice: RetryAdvice, _ remedy: String) {
      self.description = description
      self.usualAdvice = advice
      self.usualRemedy = remedy
    }

    public static func == (left: Code, right: Code) -> Bool { left.description == right.description }
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
  }
}

extension ObjectStoreError.Code {
  /// No such object, or no such bucket.
  public static let notFound = Self("not found", .never, "check the bucket and the name")
  /// A create-only write met an object.
  public static let alreadyExists = Self("already exists", .never, "choose another name")
  /// The object has another entity tag than was asked for.
  public static let preconditionFailed = Self(
    "replaced meanwhile", .never, "read the object again from its start")
  /// The range lies outside the object.
  public static let rangeNotSatisfiable = Self("range outside the object", .never, "check index and object")
  /// No credentials were found.
  public static let noCredentials = Self(
    "no credentials", .never,
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile with AWS_PROFILE")
  /// The credentials were refused.
  public static let unauthorized = Self("credentials refused", .never, "check the credentials named here")
  /// The credentials are good but do not allow this.
  public static let forbidden = Self("not allowed", .never, "ask for access, or use other credentials")
  /// The credentials were good once.
  public static let expiredCredential = Self(
    "credentials expired", .afterRefreshingCredentials, "sign in again if it persists")
  /// This machine's clock and the service's differ too much for a signature.
  public static let clockSkew = Self("clocks differ", .never, "set this machine's clock")
  /// The service asks for fewer requests.
  public static let throttled = Self(
    "throttled", .now, "lower the number of concurrent transfers if it persists")
  /// The service reports a failure of its own.
  public static let unavailable = Self("service unavailable", .now, "try again later")
  /// No progress for too long.
  public static let timedOut = Self("timed out", .now, "check the network; raise the limit if it is slow")
  /// Nobody takes the connection, or the name is of no machine.
  public static let unreachable = Self(
    "unreachable", .now, "check host, port, proxy and network")
  /// The connection broke before the answer.
  public static let connectionFailed = Self("connection failed", .now, "check host, port and network")
  /// The bytes broke off in the middle.
  public static let interrupted = Self("body broken off", .now, "try again")
  /// The certificate is not one to trust.
  public static let untrusted = Self(
    "certificate not trusted", .never, "check the host name, or name its CA bundle")
  /// The bytes are not those that were stored.
  public static let corrupt = Self("bytes differ", .now, "try again; upload the object again if it persists")
  /// The service's answer does not follow its protocol.
  public static let unusableAnswer = Self(
    "unusable answer", .never, "check that the endpoint is of this service")
  /// The service points to another host, which signed requests don't follow.
  public static let redirected = Self("redirected", .never, "set region or endpoint")
  /// There are more bytes than allowed.
  public static let tooLarge = Self("too large", .never, "raise the limit if this is the object you mean")
  /// A name that no store can keep safely.
  public static let unusableKey = Self("unusable key", .never, "name the object otherwise")
  /// An address that can't be read.
  public static let unusableURL = Self("unusable URL", .never, "write it as s3://bucket/path")
  /// No store is registered for the scheme.
  public static let unknownScheme = Self("unknown scheme", .never, "register a store for it")
  /// The store, or the service, can't do that.
  public static let unsupported = Self("not supported", .never, "use another store")
  /// A setting is missing or contradicts another.
  public static let misconfigured = Self("settings", .never, "check the settings named here")
  /// A file of this machine could not be read or written; `cause` is the `FileError`.
  public static let localFile = Self("local file", .never, "check the file named here")
  /// The request's task was cancelled, or its store closed.
  public static let cancelled = Self("cancelled", .never, "start it again")
  /// The service refuses the request for a reason that has no code here.
  public static let rejected = Self("refused", .never, "read the service's reason above")
}

/// Whether and when repeating a request can help.
public enum RetryAdvice: Sendable, Hashable {
  /// The same request would fail again.
  case never
  /// At any time: whoever retries chooses the delay.
  case now
  /// Not before this much time, as the service asked.
  case after(Duration)
  /// Once credentials have been fetched anew; the store does that by itself at the next request.
  case afterRefreshingCredentials
}
