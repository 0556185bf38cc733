public import ObjectStorage

/// A place where credentials may be found: settings, the environment, a file, a service.
public protocol CredentialSource<Credential>: Sendable {
  /// What it gives.
  associatedtype Credential: Sendable

  /// The source in words, for messages: `environment (AWS_ACCESS_KEY_ID)`, `profile train in
  /// ~/.aws/credentials`.
  var name: String { get }

  /// Looks for a credential.
  /// - Returns: nil when the source is not set up here, so that the next one is asked.
  /// - Throws: ``CredentialError`` when it is set up and does not work: another source's credential would be
  ///   a surprise.
  func fetch() async throws(CredentialError) -> Expiring<Credential>?
}

/// A credential, how long it is good for, and where it came from.
public struct Expiring<Credential: Sendable>: Sendable {
  /// The credential.
  public let credential: Credential
  /// When it ends, nil for never.
  public let expiration: UnixTime?
  /// The source in words.
  public let source: String
  /// Which one of a cache's credentials it is: what two of them have in common says nothing.
  var generation = 0

  /// Makes one.
  public init(_ credential: Credential, expiration: UnixTime? = nil, source: String) {
    self.credential = credential
    self.expiration = expiration
    self.source = source
  }
}

/// Gives a credential that the program was told.
public struct ExplicitSource<Credential: Sendable>: CredentialSource {
  public let name: String
  private let credential: Credential

  /// Wraps a credential.
  public init(_ credential: Credential, name: String = "settings") {
    self.credential = credential
    self.name = name
  }

  public func fetch() async throws(CredentialError) -> Expiring<Credential>? {
    Expiring(credential, source: name)
  }
}
