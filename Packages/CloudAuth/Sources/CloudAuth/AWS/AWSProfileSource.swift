import Threading

/// Keys of a profile in the shared files, `~/.aws/credentials` and `~/.aws/config`.
///
/// A profile that gets its keys by a role, a process or a sign-on is an error here, not an absence: other
/// credentials than the profile's would be a surprise.
public struct AWSProfileSource: CredentialSource {
  private let environment: EnvironmentVariables
  private let profile: String

  /// Looks for a profile.
  /// - Parameter profile: its name; nil for `AWS_PROFILE`, else `default`.
  public init(_ profile: String? = nil, environment: EnvironmentVariables = .process) {
    self.environment = environment
    self.profile = profile ?? AWSConfiguration.profileName(environment)
  }

  public var name: String { "profile \(profile) in ~/.aws" }

  public func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let environment = environment
    let configuration = try await BlockingPool.shared.run { () throws(CredentialError) in
      try AWSConfiguration(environment)
    }
    let values = configuration.profile(profile)
    let source = "profile \(profile)"
    if let keyID = values["aws_access_key_id"], !keyID.isEmpty {
      guard let secret = values["aws_secret_access_key"], !secret.isEmpty else {
        throw CredentialError(
          .unusable, source: source,
          detail: "expected aws_secret_access_key beside aws_access_key_id, found none",
          remedy: "run `aws configure --profile \(profile)`")
      }
      let token = values["aws_session_token"].flatMap { $0.isEmpty ? nil : Secret($0) }
      return Expiring(
        AWSCredential(accessKeyID: keyID, secretAccessKey: Secret(secret), sessionToken: token),
        source: source)
    }
    for key in ["role_arn", "credential_process", "sso_session", "sso_start_url", "web_identity_token_file"]
    where values[key] != nil {
      throw CredentialError(
        .unusable, source: source, detail: "expected keys, found \(key), which this version does not follow",
        remedy: "export keys with `aws configure export-credentials --profile \(profile) --format env`")
    }
    guard configuration.isNamed(profile) || environment["AWS_PROFILE"] == nil else {
      throw CredentialError(
        .unusable, source: source,
        detail: "expected a profile of that name, found none in \(configuration.places)",
        remedy: "check AWS_PROFILE")
    }
    return nil
  }
}
