public import ObjectStorage

/// Credentials that can't be had: from which source, why, and what to do. Never holds a secret.
public struct CredentialError: Error, Sendable {
  /// What kind of failure it was.
  public struct Code: Sendable, Hashable {
    let name: String
    /// No source has any.
    public static let notConfigured = Code(name: "no credentials")
    /// A source has some, but not whole or not readable.
    public static let unusable = Code(name: "unusable credentials")
    /// A service that gives credentials refused or did not answer.
    public static let serviceFailed = Code(name: "credential service failed")
  }

  /// The kind of failure.
  public let code: Code
  /// The source, or the sources that were asked.
  public let source: String
  /// What was expected and what was found.
  public let detail: String
  /// What to do about it.
  public let remedy: String
  /// Whether asking again can help.
  public let retry: RetryAdvice
  /// Whether there was no answer in time.
  private(set) var isTimeout = false

  /// Describes a failure.
  public init(_ code: Code, source: String, detail: String, remedy: String, retry: RetryAdvice = .never) {
    self.code = code
    self.source = source
    self.detail = detail
    self.remedy = remedy
    self.retry = retry
  }

  /// A service that could not be asked.
  init(_ error: ObjectStoreError, askedFor source: String) {
    self.init(
      .serviceFailed, source: source, detail: "\(error.url): \(error.code), \(error.detail)", remedy: error.remedy,
      retry: error.retry)
    isTimeout = error.code == .timedOut
  }
}

extension CredentialError: CustomStringConvertible {
  public var description: String {
    "\(source): \(code.name): \(detail).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}

extension ObjectStoreError {
  /// A request that could not be signed.
  public init(_ error: CredentialError, url: String) {
    let code: Code = error.code == .notConfigured ? .noCredentials : .unauthorized
    self.init(
      code, url: url, detail: "\(error.source): \(error.detail)", retry: error.retry, remedy: error.remedy,
      cause: error)
  }
}
