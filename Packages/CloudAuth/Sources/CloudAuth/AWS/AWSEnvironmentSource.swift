import ObjectStorage

/// Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_CREDENTIAL_EXPIRATION`.
public struct AWSEnvironmentSource: CredentialSource {
  public let name = "environment (AWS_ACCESS_KEY_ID)"
  private let environment: EnvironmentVariables

  /// Looks in the given variables.
  public init(_ environment: EnvironmentVariables = .process) { self.environment = environment }

  public func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    guard let keyID = environment["AWS_ACCESS_KEY_ID"] else { return nil }
    guard let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
      throw unusable(
        "AWS_SECRET_ACCESS_KEY beside AWS_ACCESS_KEY_ID", "none", "set both variables, or neither")
    }
    var expiration: UnixTime?
    if let text = environment["AWS_CREDENTIAL_EXPIRATION"] {
      guard let time = UnixTime(rfc3339: text) else {
        throw unusable("AWS_CREDENTIAL_EXPIRATION as 2006-02-03T16:45:09Z", "another form", "correct the variable")
      }
      expiration = time
    }
    // In botocore's order.
    let token = environment["AWS_SECURITY_TOKEN"] ?? environment["AWS_SESSION_TOKEN"]
    return Expiring(
      AWSCredential(
        accessKeyID: keyID, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) }),
      expiration: expiration, source: name)
  }

  private func unusable(_ expected: String, _ found: String, _ remedy: String) -> CredentialError {
    CredentialError(.unusable, source: name, detail: "expected \(expected), found \(found)", remedy: remedy)
  }
}
