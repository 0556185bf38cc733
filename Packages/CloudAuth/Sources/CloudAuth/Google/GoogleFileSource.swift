import HTTPTransport
public import ObjectStorage
import PythonJSON

/// A credential file of Google's tools: the key of a service account, a user's `gcloud auth
/// application-default login`, workload identity federation, or the impersonation of a service account.
public struct GoogleFileSource: CredentialSource {
  /// Where the file is.
  enum Place: Sendable {
    case path(String)
    /// `GOOGLE_APPLICATION_CREDENTIALS`.
    case environment
    /// Where `gcloud auth application-default login` writes it.
    case wellKnown
  }

  public let name: String
  let place: Place
  let environment: EnvironmentVariables
  let scopes: [String]
  let transport: CredentialTransport
  let clock: @Sendable () -> UnixTime

  /// Reads a file of that path.
  public init(
    path: String, scopes: [String] = GoogleScope.storage, environment: EnvironmentVariables = .process,
    transport: CredentialTransport = CredentialTransport(), clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    self.init(.path(path), scopes: scopes, environment: environment, transport: transport, clock: clock)
  }

  init(
    _ place: Place, scopes: [String], environment: EnvironmentVariables, transport: CredentialTransport,
    clock: @escaping @Sendable () -> UnixTime
  ) {
    self.place = place
    self.scopes = scopes
    self.environment = environment
    self.transport = transport
    self.clock = clock
    name =
      switch place {
      case .path(let path): path
      case .environment: "environment (GOOGLE_APPLICATION_CREDENTIALS)"
      case .wellKnown: "gcloud's application default credentials"
      }
  }

  public func fetch() async throws(CredentialError) -> Expiring<BearerToken>? {
    guard let path else { return nil }
    let file = LocalFile(
      path: path, source: name, remedy: "run `gcloud auth application-default login`, or name a key file")
    guard let object = try await file.object() else {
      if case .wellKnown = place { return nil }
      throw CredentialError(
        .unusable, source: name, detail: "\(path): expected a credential file, found none",
        remedy: "check GOOGLE_APPLICATION_CREDENTIALS")
    }
    return try await token(GoogleSettings(object, path: path, source: name))
  }

  private var path: String? {
    switch place {
    case .path(let path): return path
    case .environment: return environment["GOOGLE_APPLICATION_CREDENTIALS"]
    case .wellKnown:
      let directory = environment["CLOUDSDK_CONFIG"] ?? environment["HOME"].map { $0 + "/.config/gcloud" }
      return directory.map { $0 + "/application_default_credentials.json" }
    }
  }

  private func token(_ settings: GoogleSettings) async throws(CredentialError) -> Expiring<BearerToken> {
    let exchange = GoogleExchange(
      scopes: scopes, quotaProject: environment["GOOGLE_CLOUD_QUOTA_PROJECT"], transport: transport, clock: clock)
    return try await exchange.token(settings)
  }
}

/// OAuth scopes of Google.
public enum GoogleScope {
  /// Reading and writing objects.
  public static let storage = ["https://www.googleapis.com/auth/devstorage.read_write"]
  /// What is asked for on the way to another credential.
  static let platform = ["https://www.googleapis.com/auth/cloud-platform"]
}
