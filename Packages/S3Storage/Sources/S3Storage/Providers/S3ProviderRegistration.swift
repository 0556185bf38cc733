public import CloudAuth
public import HTTPTransport
public import ObjectStorage

extension S3Provider {
  /// Opens a bucket with keys for the service.
  /// - Throws: `.misconfigured` when options and environment do not tell endpoint and region; files are not read.
  public func open(
    bucket: String, credentials: CredentialCache<AWSCredential>, options: StoreOptions = StoreOptions(),
    environment: EnvironmentVariables = .process, transport: any HTTPClient
  ) throws(ObjectStoreError) -> S3Store {
    try open(
      S3ProviderAddress(StoreURL(parsing: "\(rawValue)://\(bucket)"), self), credentials, options, environment,
      S3ProviderProfile(), transport)
  }

  /// Opens buckets of the service for others that have its keys; they share connections.
  public func opener(
    transport: (any HTTPClient)? = nil, environment: EnvironmentVariables = .process
  ) -> @Sendable (String, CredentialCache<AWSCredential>, StoreOptions) throws(ObjectStoreError) -> any ObjectStore {
    let shared = SharedTransport(transport)
    return { bucket, credentials, options throws(ObjectStoreError) in
      try open(
        bucket: bucket, credentials: credentials, options: options, environment: environment,
        transport: try shared.transport(for: options))
    }
  }

  func open(
    _ address: S3ProviderAddress, _ credentials: CredentialCache<AWSCredential>, _ options: StoreOptions,
    _ environment: EnvironmentVariables, _ profile: S3ProviderProfile, _ transport: any HTTPClient
  ) throws(ObjectStoreError) -> S3Store {
    let (endpoint, region) = try address.place(environment, options, profile)
    var settings = try S3Options(
      identity: .credentials(credentials), region: region, endpoint: endpoint,
      // Alibaba takes virtual hosts alone.
      addressingStyle: self == .oss ? .virtualHost : .path
    ).applying(options, environment)
    settings.abilities = abilities
    return try S3Store(bucket: address.bucket, options: settings, transport: transport)
  }
}

extension ObjectStoreRegistry {
  /// Opens `oci://`, `oss://` and `r2://` addresses through S3's protocol: see ``S3Provider`` for their forms.
  ///
  /// Keys come from `OCI_ACCESS_KEY_ID` and `OCI_SECRET_ACCESS_KEY` (a customer secret key),
  /// `OSS_ACCESS_KEY_ID` and `OSS_ACCESS_KEY_SECRET` (also with `ALIBABA_CLOUD_` before them), `R2_ACCESS_KEY_ID` and
  /// `R2_SECRET_ACCESS_KEY`, `~/.ossutilconfig`, else from where AWS's tools look. Regions, endpoints and Oracle's
  /// namespace are also read from `~/.oci/config`, `~/.oci/oci_cli_rc` and `~/.ossutilconfig`, by the profile and at
  /// the path that the tools' own variables name.
  /// - Parameter transport: nil for a ``CurlTransport``.
  public mutating func registerS3Providers(
    policy: RetryPolicy = RetryPolicy(), transport: (any HTTPClient)? = nil,
    environment: EnvironmentVariables = .process
  ) {
    let shared = SharedTransport(transport)
    let layers = StoreLayers(policy: policy)
    for provider in [S3Provider.oci, .oss, .r2] {
      let credentials = CredentialCache<AWSCredential>.chain(of: provider, environment)
      register(provider.rawValue) { (url: StoreURL, options: StoreOptions) async throws(ObjectStoreError) in
        let address = try S3ProviderAddress(url, provider)
        let profile: S3ProviderProfile
        do throws(CredentialError) { profile = try await S3ProviderProfile.read(provider, environment) } catch {
          throw ObjectStoreError(
            .misconfigured, url: url.description, detail: "\(error.source): \(error.detail)", remedy: error.remedy,
            cause: error)
        }
        let store = try provider.open(
          address, credentials, options, environment, profile, try shared.transport(for: options))
        return PrefixedStore(
          layers.around(store, endpoint: store.endpointName, options), prefix: address.path)
      }
    }
  }
}
