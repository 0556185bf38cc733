import HTTPTransport
import ObjectStorage
import PythonJSON

/// Turns the settings of a credential file into an access token.
struct GoogleExchange: Sendable {
  var scopes: [String]
  /// From the environment; wins over the file's.
  let quotaProject: String?
  let transport: CredentialTransport
  let clock: @Sendable () -> UnixTime

  /// Asks by the kind of credential that the file holds.
  func token(_ settings: GoogleSettings) async throws(CredentialError) -> Expiring<BearerToken> {
    switch settings.optional("type") {
    case "service_account": return try await serviceAccount(settings)
    case "authorized_user": return try await authorizedUser(settings)
    case "external_account": return try await externalAccount(settings)
    case "impersonated_service_account": return try await impersonated(settings)
    case let type:
      throw settings.missing(
        "`type` service_account, authorized_user, external_account or impersonated_service_account",
        found: type.map { CredentialService.Answer.oneLine($0) } ?? "none")
    }
  }

  func service(_ settings: GoogleSettings, remedy: String) -> CredentialService {
    CredentialService(source: settings.source, transport: transport, clock: clock, remedy: remedy)
  }

  func billedProject(_ settings: GoogleSettings) -> String? {
    quotaProject ?? settings.optional("quota_project_id")
  }

  /// A user's refresh token: RFC 6749, section 6.
  private func authorizedUser(_ settings: GoogleSettings) async throws(CredentialError) -> Expiring<BearerToken> {
    let service = service(settings, remedy: "run `gcloud auth application-default login` again")
    let url = try service.url(
      settings.optional("token_uri") ?? "https://oauth2.googleapis.com/token", from: "token_uri")
    let answer = try await service.object(
      .form(
        url,
        [
          ("grant_type", "refresh_token"), ("client_id", try settings.text("client_id")),
          ("client_secret", try settings.text("client_secret")),
          ("refresh_token", try settings.text("refresh_token")),
        ]))
    return try answer.bearerToken(
      billedProject: billedProject(settings), source: "the user of \(settings.path)")
  }

  /// A service account's key: RFC 7523, as Google's "Using OAuth 2.0 for Server to Server Applications" has it.
  private func serviceAccount(_ settings: GoogleSettings) async throws(CredentialError) -> Expiring<BearerToken> {
    let service = service(settings, remedy: "check that the key was not deleted, and its account not disabled")
    let account = try settings.text("client_email")
    let tokenURI = settings.optional("token_uri") ?? "https://oauth2.googleapis.com/token"
    let url = try service.url(tokenURI, from: "token_uri")
    guard let key = PrivateKey(pem: Secret(try settings.text("private_key"))) else {
      throw settings.missing("`private_key` as an RSA key in PEM form", found: "something else")
    }
    var answer = try await serviceAccount(
      service, url, settings, account: account, audience: tokenURI, key: key, at: clock())
    if answer.status == 400, let offset = answer.clockOffset {
      // Google refuses what is dated wrongly: once more, with the time on its clock.
      answer = try await serviceAccount(
        service, url, settings, account: account, audience: tokenURI, key: key, at: clock() + offset)
    }
    guard answer.status == 200 else { throw service.refusal(answer) }
    return try service.object(answer).bearerToken(
      billedProject: billedProject(settings), source: "service account \(account)")
  }

  private func serviceAccount(
    _ service: CredentialService, _ url: HTTPURL, _ settings: GoogleSettings, account: String, audience: String,
    key: PrivateKey, at time: UnixTime
  ) async throws(CredentialError) -> CredentialService.Answer {
    let claims: JSONObject = [
      "iss": .string(account), "scope": .string(scopes.joined(separator: " ")), "aud": .string(audience),
      "iat": .integer(JSONInteger(time.seconds)), "exp": .integer(JSONInteger(time.seconds + 3600)),
    ]
    guard let assertion = SignedAssertion.token(claims, keyID: settings.optional("private_key_id"), key: key) else {
      throw settings.missing("`private_key` to sign", found: "a key that libcrypto does not sign with")
    }
    return try await service.exchange(
      .form(
        url, [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.text)]))
  }
}
