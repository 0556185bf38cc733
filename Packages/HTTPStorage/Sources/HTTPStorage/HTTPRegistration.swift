public import CloudAuth
public import HTTPTransport
public import ObjectStorage

extension ObjectStoreRegistry {
  /// Opens `http://`, `https://` and `hf://datasets/org/name[@revision]/path`, to be read.
  ///
  /// All stores opened by one registration share connections; each retries as `policy` says. The Hub's token
  /// and address come from `HF_TOKEN`, the file that its own tools keep, and `HF_ENDPOINT`.
  /// - Parameter transport: nil for a ``CurlTransport``.
  public mutating func registerHTTP(
    policy: RetryPolicy = RetryPolicy(), transport: (any HTTPClient)? = nil,
    environment: EnvironmentVariables = .process
  ) {
    let shared = SharedTransport(transport)
    let layers = StoreLayers(policy: policy)
    for scheme in ["http", "https"] {
      register(scheme) { (url: StoreURL, options: StoreOptions) throws(ObjectStoreError) in
        let settings = try HTTPStoreOptions(url, options)
        let store = HTTPStore(options: settings, transport: try shared.transport(for: options))
        return layers.around(store, endpoint: settings.base.authority, options)
      }
    }
    register("hf") { (url: StoreURL, options: StoreOptions) throws(ObjectStoreError) in
      let address = try HubAddress(url)
      let settings = try await HubOptions.fromEnvironment(environment, options)
      let store = HubStore(address, options: settings, transport: try shared.transport(for: options))
      return layers.around(
        PrefixedStore(store, prefix: address.path), endpoint: settings.endpoint.authority, options)
    }
  }
}
