public import CloudAuth
public import HTTPTransport
public import ObjectStorage

/// Where a workspace is and who asks.
public struct DatabricksOptions: Sendable {
  /// The workspace's address.
  public var endpoint: HTTPURL
  /// Personal or OAuth tokens.
  public var credentials: CredentialCache<BearerToken>

  /// Makes options.
  public init(endpoint: HTTPURL, credentials: CredentialCache<BearerToken>) {
    self.endpoint = endpoint
    self.credentials = credentials
  }

  /// The options that the environment asks for, as Databricks' own tools read them: `DATABRICKS_HOST` and
  /// `DATABRICKS_TOKEN`.
  /// - Throws: `.misconfigured` when no host is named, `.unusableURL` for one that can't be read.
  public static func fromEnvironment(
    _ environment: EnvironmentVariables = .process, _ options: StoreOptions = StoreOptions(),
    credentials: CredentialCache<BearerToken>
  ) throws(ObjectStoreError) -> DatabricksOptions {
    guard let host = options.endpoint ?? environment["DATABRICKS_HOST"] else {
      throw ObjectStoreError(
        .misconfigured, url: "dbfs:/Volumes", detail: "expected the workspace's address, found none",
        remedy: "set DATABRICKS_HOST, for example https://adb-123.azuredatabricks.net")
    }
    let endpoint = try HTTPURL(parsing: host.contains("://") ? host : "https://" + host)
    return DatabricksOptions(endpoint: endpoint, credentials: credentials)
  }
}

/// A token in the environment: `DATABRICKS_TOKEN`.
public struct DatabricksTokenSource: CredentialSource {
  public let name = "environment (DATABRICKS_TOKEN)"
  private let environment: EnvironmentVariables

  /// Looks in the given variables.
  public init(_ environment: EnvironmentVariables = .process) { self.environment = environment }

  public func fetch() async throws(CredentialError) -> Expiring<BearerToken>? {
    environment["DATABRICKS_TOKEN"].map { Expiring(BearerToken(Secret($0)), source: name) }
  }
}
