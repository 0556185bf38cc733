import CloudAuth

/// Keys of a service that speaks S3's protocol, in variables of its own.
struct S3ProviderKeys: CredentialSource {
  let name: String
  private let names: (key: String, secret: String, token: String?)
  private let environment: EnvironmentVariables

  init(_ provider: S3Provider, _ environment: EnvironmentVariables) {
    names =
      switch provider {
      case .oci: ("OCI_ACCESS_KEY_ID", "OCI_SECRET_ACCESS_KEY", nil)
      case .oss: ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN")
      case .r2: ("R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", nil)
      case .gcs: ("GCS_KEY", "GCS_SECRET", nil)
      }
    name = "environment (\(names.key))"
    self.environment = environment
  }

  /// The names that all of Alibaba's tools know.
  init(ofAlibaba environment: EnvironmentVariables) {
    names = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_SECURITY_TOKEN")
    name = "environment (\(names.key))"
    self.environment = environment
  }

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    switch (environment[names.key], environment[names.secret]) {
    case (nil, nil): return nil
    case (let key?, let secret?):
      let token = names.token.flatMap { environment[$0] }.map { Secret($0) }
      return Expiring(
        AWSCredential(accessKeyID: key, secretAccessKey: Secret(secret), sessionToken: token), source: name)
    default:
      throw CredentialError(
        .unusable, source: name, detail: "expected \(names.key) and \(names.secret), found one of them",
        remedy: "set both variables, or neither")
    }
  }
}

/// Keys in the settings file of a service's own tool.
struct S3ProviderFileKeys: CredentialSource {
  let provider: S3Provider
  let environment: EnvironmentVariables

  var name: String { S3ProviderProfile.place(of: provider) ?? "no file" }

  /// - Throws: `.unusable` when the file has only a key that S3's protocol has no use for: with Oracle's own tools it
  ///   is enough.
  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let profile = try await S3ProviderProfile.read(provider, environment)
    let source = profile.source ?? name
    if let keys = profile.keys {
      let credential = AWSCredential(
        accessKeyID: keys.id, secretAccessKey: Secret(keys.secret), sessionToken: keys.token.map { Secret($0) })
      return Expiring(credential, source: source)
    }
    guard profile.hasSigningKey else { return nil }
    throw CredentialError(
      .unusable, source: source, detail: "expected a customer secret key, found an API signing key alone",
      remedy: "create one (`oci iam customer-secret-key create`), and set OCI_ACCESS_KEY_ID and OCI_SECRET_ACCESS_KEY")
  }
}

extension CredentialCache where Credential == AWSCredential {
  /// The service's own variables and files, and what AWS's tools read: S3's protocol is often used with their names.
  static func chain(of provider: S3Provider, _ environment: EnvironmentVariables) -> CredentialCache<AWSCredential> {
    let own = S3ProviderKeys(provider, environment)
    let file = S3ProviderFileKeys(provider: provider, environment: environment)
    let aws: [any CredentialSource<AWSCredential>] = [
      AWSEnvironmentSource(environment), AWSProfileSource(environment: environment),
    ]
    switch provider {
    case .oci: return CredentialCache<AWSCredential>([own] + aws + [file])
    case .oss: return CredentialCache<AWSCredential>([own, S3ProviderKeys(ofAlibaba: environment), file] + aws)
    case .r2, .gcs: return CredentialCache<AWSCredential>([own] + aws)
    }
  }
}
