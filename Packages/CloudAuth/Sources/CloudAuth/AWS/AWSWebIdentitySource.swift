import ObjectStorage

/// A role for a token of another issuer, as in IRSA on EKS: `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, or
/// the profile's settings of these names. The file is read at each renewal: its token is replaced before it ends.
struct AWSWebIdentitySource: CredentialSource {
  let context: AWSContext

  var name: String { "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)" }

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let configuration = try await context.configuration()
    let values = configuration.profile(context.profile)
    func setting(_ name: String, _ variable: String) -> String? {
      (context.isProfileGiven ? nil : context.environment[variable]) ?? values[name]
    }
    guard let path = setting("web_identity_token_file", "AWS_WEB_IDENTITY_TOKEN_FILE") else { return nil }
    guard let arn = setting("role_arn", "AWS_ROLE_ARN") else {
      throw CredentialError(
        .unusable, source: name, detail: "expected the role beside the token file, found none",
        remedy: "set AWS_ROLE_ARN, or role_arn in the profile")
    }
    let role = AWSTokenService.Role(
      arn: arn, sessionName: setting("role_session_name", "AWS_ROLE_SESSION_NAME"))
    let service = try AWSTokenService(context, configuration, source: name)
    let token = try await LocalFile(
      path: path, source: name, remedy: "check that the pod's service account has the role's annotation"
    ).token()
    let found = try await service.credential(for: role, webIdentity: token)
    return Expiring(found.credential, expiration: found.expiration, source: "\(found.source) by web identity")
  }
}
