/// A profile of `aws login`, whose renewal only AWS's own tool can do: found, and refused with a way out.
struct AWSLoginSource: CredentialSource {
  let context: AWSContext

  var name: String { "`aws login` of profile \(context.profile)" }

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let configuration = try await context.configuration()
    guard configuration.profile(context.profile)["login_session"] != nil else { return nil }
    throw context.unusable(
      "keys, a role, a process or a sign-on", "login_session",
      "add `credential_process = aws configure export-credentials --profile \(context.profile)` to a profile of its own"
    )
  }
}
