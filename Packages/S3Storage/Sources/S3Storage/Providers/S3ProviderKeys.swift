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

extension CredentialCache where Credential == AWSCredential {
  /// The service's own variables, then what AWS's tools read: S3's protocol is often used with their names.
  static func chain(of provider: S3Provider, _ environment: EnvironmentVariables) -> CredentialCache<AWSCredential> {
    CredentialCache<AWSCredential>([
      S3ProviderKeys(provider, environment), AWSEnvironmentSource(environment),
      AWSProfileSource(environment: environment),
    ])
  }
}
