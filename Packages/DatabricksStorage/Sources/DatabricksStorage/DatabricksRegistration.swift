public import CloudAuth
public import HTTPTransport
public import ObjectStorage
import Synchronization

extension ObjectStoreRegistry {
  /// Opens `dbfs:/Volumes/catalog/schema/volume/path` with what ``DatabricksOptions/fromEnvironment(_:_:transport:)``
  /// finds.
  ///
  /// All stores opened by one registration share connections, and the tokens of a workspace; each retries as `policy` says.
  /// - Parameter transport: nil for a ``CurlTransport``.
  public mutating func registerDatabricks(
    policy: RetryPolicy = RetryPolicy(), transport: (any HTTPClient)? = nil,
    environment: EnvironmentVariables = .process
  ) {
    let shared = SharedTransport(transport)
    let layers = StoreLayers(policy: policy)
    let workspaces = DatabricksWorkspaces()
    register("dbfs") { (url: StoreURL, options: StoreOptions) throws(ObjectStoreError) in
      guard url.path == "Volumes" || url.path.hasPrefix("Volumes/"), url.host.isEmpty else {
        throw ObjectStoreError(
          .unsupported, url: url.description, detail: "expected a path below dbfs:/Volumes, found another",
          remedy: "move the data set into a volume of Unity Catalog: dbfs:/Volumes/catalog/schema/volume")
      }
      let settings = workspaces.shared(try await DatabricksOptions.fromEnvironment(environment, options), options)
      let store = DatabricksStore(options: settings, transport: try shared.transport(for: options))
      return PrefixedStore(
        layers.around(store, endpoint: settings.endpoint.authority, options),
        prefix: String(url.path.dropFirst(url.path == "Volumes" ? 7 : 8)))
    }
  }
}

/// Tokens by workspace and profile: one renewal for all stores.
private final class DatabricksWorkspaces: Sendable {
  private let kept = Mutex<[String: CredentialCache<BearerToken>]>([:])

  /// The same settings with the credentials of those that were opened before.
  func shared(_ settings: DatabricksOptions, _ options: StoreOptions) -> DatabricksOptions {
    var name = settings.endpoint.text
    if case .profile(let profile) = options.identity { name += " " + profile }
    var joined = settings
    joined.credentials = kept.withLock { kept in
      if let cache = kept[name] { return cache }
      kept[name] = settings.credentials
      return settings.credentials
    }
    return joined
  }
}
