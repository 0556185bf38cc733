/// HMAC keys for Cloud Storage's XML API, in `GCS_KEY` and `GCS_SECRET` as upstream has them.
///
/// They sign as AWS's keys do, by ``SigV4Signer`` with the region `auto`.
public struct GoogleHMACSource: CredentialSource {
  public let name = "environment (GCS_KEY)"
  private let environment: EnvironmentVariables

  /// Looks in the given variables.
  public init(_ environment: EnvironmentVariables = .process) { self.environment = environment }

  public func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    switch (environment["GCS_KEY"], environment["GCS_SECRET"]) {
    case (nil, nil): return nil
    case (let key?, let secret?):
      return Expiring(AWSCredential(accessKeyID: key, secretAccessKey: Secret(secret)), source: name)
    default:
      throw CredentialError(
        .unusable, source: name, detail: "expected GCS_KEY and GCS_SECRET, found one of them",
        remedy: "set both variables, or neither")
    }
  }
}
