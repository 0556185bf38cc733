/// A profile's keys in one of the shared files.
struct AWSKeysSource: CredentialSource {
  enum File: Sendable, Hashable { case credentials, config }

  let context: AWSContext
  let file: File

  var name: String { "keys of profile \(context.profile) in the \(file == .config ? "config" : "credentials") file" }

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let configuration = try await context.configuration()
    let profiles = file == .config ? configuration.config : configuration.credentials
    guard let values = profiles[context.profile], let keyID = values["aws_access_key_id"] else { return nil }
    guard let secret = values["aws_secret_access_key"], !secret.isEmpty, !keyID.isEmpty else {
      throw context.unusable(
        "aws_access_key_id and aws_secret_access_key", "one of them",
        "run `aws configure --profile \(context.profile)`")
    }
    let token = [values["aws_security_token"], values["aws_session_token"]].compactMap { $0 }.first { !$0.isEmpty }
    return Expiring(
      AWSCredential(accessKeyID: keyID, secretAccessKey: Secret(secret), sessionToken: token.map { Secret($0) }),
      source: context.source)
  }
}
