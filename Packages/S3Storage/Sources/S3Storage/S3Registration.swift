public import CloudAuth
public import HTTPTransport
public import ObjectStorage

extension ObjectStoreRegistry {
  /// Opens `s3://bucket/path` with the environment's settings, or with those of `options`, and what was
  /// configured for the address over either.
  ///
  /// All stores opened by one registration share connections and credentials, but for those with settings of their
  /// own; each retries as `policy` says.
  /// - Parameter options: called for each bucket; by default ``S3Options/fromEnvironment(bucket:_:credentials:)``.
  /// - Parameter transport: nil for a ``CurlTransport`` that trusts `AWS_CA_BUNDLE`.
  public mutating func registerS3(
    policy: RetryPolicy = RetryPolicy(), transport: (any HTTPClient)? = nil,
    environment: EnvironmentVariables = .process,
    options: (@Sendable (_ bucket: String) async throws(ObjectStoreError) -> S3Options)? = nil
  ) {
    let shared = S3Shared(transport, environment, StoreLayers(policy: policy), options)
    register("s3") { url, configured throws(ObjectStoreError) in
      guard url.userInfo == nil, url.port == nil, url.query == nil else {
        throw ObjectStoreError(
          .unusableURL, url: url.description,
          detail: "expected s3://bucket/path, found a user, a port or a query",
          remedy: "name the endpoint with S3_ENDPOINT_URL")
      }
      return PrefixedStore(try await shared.bucket(url.host, configured), prefix: url.path)
    }
  }
}

/// What the stores of one registration have in common.
final class S3Shared: Sendable {
  private let environment: EnvironmentVariables
  private let credentials: CredentialCache<AWSCredential>
  private let transports: SharedTransport
  private let layers: StoreLayers
  private let options: (@Sendable (_ bucket: String) async throws(ObjectStoreError) -> S3Options)?

  init(
    _ transport: (any HTTPClient)?, _ environment: EnvironmentVariables, _ layers: StoreLayers,
    _ options: (@Sendable (_ bucket: String) async throws(ObjectStoreError) -> S3Options)?
  ) {
    self.environment = environment
    self.layers = layers
    self.options = options
    credentials = .awsChain(environment)
    transports = SharedTransport(transport)
  }

  /// A bucket with its layers, without a prefix.
  func bucket(_ name: String, _ configured: StoreOptions) async throws(ObjectStoreError) -> any ObjectStore {
    let base =
      if let options { try await options(name) } else {
        try await S3Options.fromEnvironment(bucket: name, environment, credentials: credentials)
      }
    var settings = try base.applying(configured, environment)
    if let path = configured.settings["sse_customer_key_file"] {
      settings.customerKey = try await S3CustomerKey(file: path)
    }
    let transport = try transports.transport(for: configured, certificateBundle: environment["AWS_CA_BUNDLE"])
    let store = try S3Store(bucket: name, options: settings, transport: transport)
    return layers.around(store, endpoint: store.endpointName, configured)
  }
}
