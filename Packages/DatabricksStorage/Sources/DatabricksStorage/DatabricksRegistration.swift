public import CloudAuth
public import HTTPTransport
public import ObjectStorage

extension ObjectStoreRegistry {
  /// Opens `dbfs:/Volumes/catalog/schema/volume/path` with `DATABRICKS_HOST` and `DATABRICKS_TOKEN`.
  ///
  /// All stores opened by one registration share connections and the token; each retries as `policy` says.
  /// - Parameter transport: nil for a ``CurlTransport``.
  public mutating func registerDatabricks(
    policy: RetryPolicy = RetryPolicy(), transport: (any HTTPClient)? = nil,
    environment: EnvironmentVariables = .process
  ) {
    let shared = SharedTransport(transport)
    let layers = StoreLayers(policy: policy)
    let tokens = CredentialCache<BearerToken>([DatabricksTokenSource(environment)])
    register("dbfs") { (url: StoreURL, options: StoreOptions) throws(ObjectStoreError) in
      guard url.path == "Volumes" || url.path.hasPrefix("Volumes/"), url.host.isEmpty else {
        throw ObjectStoreError(
          .unsupported, url: url.description, detail: "expected a path below dbfs:/Volumes, found another",
          remedy: "move the data set into a volume of Unity Catalog: dbfs:/Volumes/catalog/schema/volume")
      }
      let settings = try DatabricksOptions.fromEnvironment(environment, options, credentials: tokens)
      let store = DatabricksStore(options: settings, transport: try shared.transport(for: options))
      return PrefixedStore(
        layers.around(store, endpoint: settings.endpoint.authority, options),
        prefix: String(url.path.dropFirst(url.path == "Volumes" ? 7 : 8)))
    }
  }
}
