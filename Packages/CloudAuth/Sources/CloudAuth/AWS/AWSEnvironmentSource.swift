/// Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
public struct AWSEnvironmentSource: CredentialSource {
  public let name = "environment (AWS_ACCESS_KEY_ID)"
  private let environment: EnvironmentVariables

  /// Looks in the given variables.
  public init(_ environment: EnvironmentVariables = .process) { self.environment = environment }

  public func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    guard let keyID = environment["AWS_ACCESS_KEY_ID"] else { return nil }
    guard let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
      throw CredentialError(
        .unusable, source: name,
        detail: "expected AWS_SECRET_ACCESS_KEY beside AWS_ACCESS_KEY_ID, found none",
        remedy: "set both variables, or neither")
    }
    let token = environment["AWS_SESSION_TOKEN"] ?? environment["AWS_SECURITY_TOKEN"]
    return Expiring(
      AWSCredential(
        accessKeyID: keyID, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) }),
      source: name)
  }
}
