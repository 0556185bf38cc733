public import CloudAuth
public import HTTPTransport
public import ObjectStorage

extension ObjectStoreRegistry {
  /// Opens `s3://bucket/path` with the environment's settings, or with those of `options`.
  ///
  /// All stores opened by one registration share connections and credentials; each retries as `policy` says.
  /// - Parameter options: called for each bucket; by default ``S3Options/fromEnvironment(bucket:_:credentials:)``.
  /// - Parameter transport: nil for a ``CurlTransport`` that trusts `AWS_CA_BUNDLE`.
  public mutating func registerS3(
    policy: RetryPolicy = RetryPolicy(), transport: (any HTTPClient)? = nil,
    environment: EnvironmentVariables = .process,
    options: (@Sendable (_ bucket: String) async throws(ObjectStoreError) -> S3Options)? = nil
  ) {
    let shared = SharedTransport(transport) { $0.certificateBundle = environment["AWS_CA_BUNDLE"] }
    let credentials = CredentialCache<AWSCredential>.awsChain(environment)
    register("s3") { url throws(ObjectStoreError) in
      guard url.userInfo == nil, url.port == nil, url.query == nil else {
        throw ObjectStoreError(
          .unusableURL, url: url.description,
          detail: "expected s3://bucket/path, found a user, a port or a query",
          remedy: "name the endpoint with S3_ENDPOINT_URL")
      }
      let settings =
        if let options { try await options(url.host) } else {
          try await S3Options.fromEnvironment(bucket: url.host, environment, credentials: credentials)
        }
      let bucket = try S3Store(bucket: url.host, options: settings, transport: try shared.transport())
      return RetryingStore(PrefixedStore(bucket, prefix: url.path), policy: policy)
    }
  }
}
