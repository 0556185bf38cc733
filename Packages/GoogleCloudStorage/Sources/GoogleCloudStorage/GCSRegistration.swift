public import CloudAuth
public import HTTPTransport
public import ObjectStorage

extension GCSOptions {
  /// The options that the environment asks for.
  ///
  /// `STORAGE_EMULATOR_HOST` names an emulator, which is asked without credentials; `CLOUDSDK_BILLING_PROJECT`
  /// the project that pays where `requesterPays` is set.
  /// - Parameter credentials: nil for Google's application default credentials.
  /// - Throws: `.unusableURL` for the endpoint.
  public static func fromEnvironment(
    _ environment: EnvironmentVariables = .process, _ options: StoreOptions = StoreOptions(),
    credentials: CredentialCache<BearerToken>
  ) throws(ObjectStoreError) -> GCSOptions {
    var endpoint = options.endpoint
    var isEmulator = false
    if endpoint == nil, let host = environment["STORAGE_EMULATOR_HOST"], !host.isEmpty {
      endpoint = host.contains("://") ? host : "http://" + host
      isEmulator = true
    }
    var identity = Identity.credentials(credentials)
    switch options.identity {
    case .anonymous: identity = .anonymous
    case .file(let path):
      identity = .credentials(
        CredentialCache([GoogleFileSource(path: path, environment: environment)]))
    case nil where isEmulator: identity = .anonymous
    default: break
    }
    var settings = GCSOptions(
      identity: identity, endpoint: try HTTPURL(parsing: endpoint ?? "https://storage.googleapis.com"),
      headers: options.headers)
    switch options.identity {
    case .file(let path): settings.signingFile = path
    case nil: settings.signingFile = environment["GOOGLE_APPLICATION_CREDENTIALS"]
    default: break
    }
    if options.requesterPays == true { settings.billedProject = environment["CLOUDSDK_BILLING_PROJECT"] }
    if let project = options.settings["billed_project"] { settings.billedProject = project }
    return settings
  }
}

extension ObjectStoreRegistry {
  /// Opens a bucket by keys for the XML API, which speaks S3's protocol.
  public typealias HMACOpener = @Sendable (
    _ bucket: String, _ credentials: CredentialCache<AWSCredential>, _ options: StoreOptions
  ) throws(ObjectStoreError) -> any ObjectStore

  /// Opens `gs://bucket/path` with the environment's settings.
  ///
  /// All stores opened by one registration share connections and credentials; each retries as `policy` says.
  /// - Parameter transport: nil for a ``CurlTransport``.
  /// - Parameter hmac: what to open buckets with when `GCS_KEY` and `GCS_SECRET` are set, as upstream reads
  ///   them; nil to refuse that.
  public mutating func registerGoogleCloud(
    policy: RetryPolicy = RetryPolicy(), transport: (any HTTPClient)? = nil,
    environment: EnvironmentVariables = .process, hmac: HMACOpener? = nil
  ) {
    let shared = SharedTransport(transport)
    let layers = StoreLayers(policy: policy)
    let tokens = CredentialCache<BearerToken>(.google(environment: environment))
    let keys = CredentialCache<AWSCredential>([GoogleHMACSource(environment)])
    register("gs") { (url: StoreURL, options: StoreOptions) throws(ObjectStoreError) in
      guard url.userInfo == nil, url.port == nil, url.query == nil else {
        throw ObjectStoreError(
          .unusableURL, url: url.description,
          detail: "expected gs://bucket/path, found a user, a port or a query",
          remedy: "name an emulator with STORAGE_EMULATOR_HOST")
      }
      let store: any ObjectStore
      let endpoint: String
      if environment["GCS_KEY"] != nil, options.identity == nil {
        guard let hmac else {
          throw ObjectStoreError(
            .misconfigured, url: url.description,
            detail: "expected tokens, found keys of the XML API in GCS_KEY, which this program can't use",
            remedy: "unset GCS_KEY, or register the S3 protocol for them")
        }
        store = try hmac(url.host, keys, options)
        endpoint = "storage.googleapis.com"
      } else {
        let settings = try GCSOptions.fromEnvironment(environment, options, credentials: tokens)
        store = try GCSStore(bucket: url.host, options: settings, transport: try shared.transport(for: options))
        endpoint = settings.endpoint.authority
      }
      return layers.around(PrefixedStore(store, prefix: url.path), endpoint: endpoint, options)
    }
  }
}
