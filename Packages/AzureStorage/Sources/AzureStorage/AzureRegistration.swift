public import CloudAuth
public import HTTPTransport
public import ObjectStorage
import Synchronization

extension AzureOptions {
  /// The options that address and environment ask for.
  ///
  /// The endpoint comes from `options`, `AZURE_STORAGE_ENDPOINT`, the connection string, else the account's
  /// name; a query of the address is a shared access signature.
  /// - Parameter credentials: for requests that nothing else authorizes.
  /// - Throws: `.unusableURL` for the endpoint; `.misconfigured` for a connection string that can't be read.
  public static func fromEnvironment(
    _ address: AzureAddress, query: String? = nil, _ environment: EnvironmentVariables = .process,
    _ options: StoreOptions = StoreOptions(), credentials: CredentialCache<AzureCredential>
  ) throws(ObjectStoreError) -> AzureOptions {
    var endpoint = "https://\(address.account).blob.\(address.domain)"
    if let given = options.endpoint ?? environment["AZURE_STORAGE_ENDPOINT"] {
      endpoint = given
    } else if let text = environment["AZURE_STORAGE_CONNECTION_STRING"] {
      do throws(CredentialError) {
        let string = try AzureConnectionString(parsing: text, source: "environment (AZURE_STORAGE_CONNECTION_STRING)")
        if string.account == nil || string.account == address.account { endpoint = string.blobEndpoint.text }
      } catch {
        throw ObjectStoreError(
          .misconfigured, url: address.account, detail: "\(error.source): \(error.detail)", remedy: error.remedy,
          cause: error)
      }
    }
    var identity = Identity.credentials(credentials)
    if case .anonymous = options.identity { identity = .anonymous }
    if let query, !query.isEmpty {
      let signature = AzureCredential.sharedAccessSignature(Secret(query))
      identity = .credentials(CredentialCache([ExplicitSource(signature, name: "the address's query")]))
    }
    return AzureOptions(identity: identity, endpoint: try HTTPURL(parsing: endpoint), headers: options.headers)
  }
}

extension ObjectStoreRegistry {
  /// Opens the addresses that ``AzureAddress`` tells, `https` ones of Azure's accounts included: call it after
  /// what opens other `https` addresses.
  ///
  /// All stores opened by one registration share connections, and credentials by account; each retries as
  /// `policy` says.
  /// - Parameter transport: nil for a ``CurlTransport``.
  public mutating func registerAzure(
    policy: RetryPolicy = RetryPolicy(), transport: (any HTTPClient)? = nil,
    environment: EnvironmentVariables = .process
  ) {
    let shared = SharedTransport(transport)
    let layers = StoreLayers(policy: policy)
    let caches = AccountCaches(environment)
    let open: ConfiguredOpener = { (url: StoreURL, options: StoreOptions) throws(ObjectStoreError) in
      guard url.port == nil, url.userInfo == nil || url.scheme.hasPrefix("abfs") else {
        throw ObjectStoreError(
          .unusableURL, url: url.description, detail: "expected an account's address, found a user or a port",
          remedy: "name another endpoint with AZURE_STORAGE_ENDPOINT")
      }
      let address = try AzureAddress(url, account: AzureEnvironmentSource.account(environment))
      let settings = try AzureOptions.fromEnvironment(
        address, query: url.query, environment, options, credentials: caches.cache(of: address.account))
      let store = try AzureStore(
        container: address.container, options: settings, transport: try shared.transport(for: options))
      return layers.around(
        PrefixedStore(store, prefix: address.path), endpoint: settings.endpoint.authority, options)
    }
    for scheme in ["azure", "azure-dl", "az", "abfs", "abfss"] { register(scheme, open: open) }
    let others = self
    register("https") { (url: StoreURL, options: StoreOptions) throws(ObjectStoreError) in
      try await AzureAddress.isAccount(host: url.host) ? open(url, options) : others.open(url, options)
    }
  }
}

/// Credentials by account: an account's key is for that account alone.
private final class AccountCaches: Sendable {
  private let environment: EnvironmentVariables
  private let kept = Mutex<[String: CredentialCache<AzureCredential>]>([:])

  init(_ environment: EnvironmentVariables) { self.environment = environment }

  func cache(of account: String) -> CredentialCache<AzureCredential> {
    kept.withLock { kept in
      if let cache = kept[account] { return cache }
      let fresh = CredentialCache(CredentialChain.azure(account: account, environment: environment))
      kept[account] = fresh
      return fresh
    }
  }
}
