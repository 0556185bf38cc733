import HTTPTransport
import ObjectStorage
import PythonJSON

extension GoogleExchange {
  /// A file that names a service account to act as, and a credential that may.
  func impersonated(_ settings: GoogleSettings) async throws(CredentialError) -> Expiring<BearerToken> {
    let source = try settings.inner("source_credentials")
    guard source.optional("type") != "impersonated_service_account" else {
      throw settings.missing("`source_credentials` of another type", found: "an impersonation within another")
    }
    var first = self
    first.scopes = GoogleScope.platform
    let own = try await first.token(source)
    let delegates = settings.object["delegates"]?.array?.compactMap(\.string) ?? []
    return try await impersonation(
      settings, url: try settings.text("service_account_impersonation_url"), as: own.credential,
      delegates: delegates, lifetime: 3600)
  }

  /// Asks IAM for the token of another account (`generateAccessToken`).
  /// - Parameter url: its address, which names the account.
  func impersonation(
    _ settings: GoogleSettings, url: String, as token: BearerToken, delegates: [String], lifetime: Int
  ) async throws(CredentialError) -> Expiring<BearerToken> {
    let service = service(
      settings, remedy: "grant the role `Service Account Token Creator` on the account to impersonate")
    let body: JSONObject = [
      "delegates": .array(delegates.map { .string($0) }), "scope": .array(scopes.map { .string($0) }),
      "lifetime": .string("\(min(max(600, lifetime), 43200))s"),
    ]
    var request = HTTPRequest(
      .post, try service.url(url, from: "service_account_impersonation_url"),
      headers: ["Content-Type": "application/json"],
      body: MemorySource(JSONValue.object(body).encoded(sortingKeys: false)))
    token.authorize(&request)
    let answer = try await service.object(request)
    let account = url.split(separator: "/").last?.split(separator: ":").first.map(String.init) ?? url
    return Expiring(
      BearerToken(Secret(try answer.text("accessToken")), billedProject: billedProject(settings)),
      expiration: try answer.time("expireTime"), source: "impersonated account \(account)")
  }
}
