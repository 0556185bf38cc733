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

  /// The options that environment and profile ask for, as Databricks' own tools read them: `DATABRICKS_HOST` with
  /// `DATABRICKS_TOKEN`, or with `DATABRICKS_CLIENT_ID` and `DATABRICKS_CLIENT_SECRET` of a service principal; then
  /// `host`, `token`, `client_id` and `client_secret` of the section of `~/.databrickscfg` (`DATABRICKS_CONFIG_FILE`) that
  /// the options or `DATABRICKS_CONFIG_PROFILE` name, else `DEFAULT`.
  /// - Throws: `.misconfigured` when no host is named, `.unusableURL` for one that can't be read.
  public static func fromEnvironment(
    _ environment: EnvironmentVariables = .process, _ options: StoreOptions = StoreOptions(),
    transport: CredentialTransport = CredentialTransport()
  ) async throws(ObjectStoreError) -> DatabricksOptions {
    var named: String?
    if case .profile(let name) = options.identity { named = name }
    var host = options.endpoint ?? (named == nil ? environment["DATABRICKS_HOST"] : nil)
    if host == nil {
      do throws(CredentialError) {
        host = try await DatabricksProfile.read(named, environment)?["host"]
      } catch {
        throw ObjectStoreError(error, url: "dbfs:/Volumes")
      }
    }
    guard let host else {
      throw ObjectStoreError(
        .misconfigured, url: "dbfs:/Volumes", detail: "expected the workspace's address, found none",
        remedy: "set DATABRICKS_HOST, for example https://adb-123.azuredatabricks.net, or DATABRICKS_CONFIG_PROFILE")
    }
    let endpoint = try HTTPURL(parsing: host.contains("://") ? host : "https://" + host)
    func source(_ place: DatabricksSource.Place) -> DatabricksSource {
      DatabricksSource(place, host: endpoint, environment: environment, transport: transport)
    }
    // A profile that was asked for by name goes before the environment.
    let sources = named == nil ? [source(.environment), source(.profile(nil))] : [source(.profile(named))]
    return DatabricksOptions(endpoint: endpoint, credentials: CredentialCache<BearerToken>(sources))
  }
}
