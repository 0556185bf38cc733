import HTTPTransport
import ObjectStorage
import PythonJSON

/// A profile of IAM Identity Center: `sso_session` or the older `sso_start_url`, with the token that `aws sso
/// login` left in `~/.aws/sso/cache`.
struct AWSSignOnSource: CredentialSource {
  let context: AWSContext

  var name: String { "sign-on (SSO) of profile \(context.profile)" }

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let configuration = try await context.configuration()
    let profile = configuration.profile(context.profile)
    guard profile["sso_role_name"] != nil || profile["sso_account_id"] != nil else { return nil }
    let values = try resolved(profile, configuration)
    func setting(_ name: String) throws(CredentialError) -> String {
      guard let value = values[name], !value.isEmpty else {
        throw context.unusable("`\(name)`", "none", "run `aws configure sso --profile \(context.profile)`")
      }
      return value
    }
    let (account, role) = (try setting("sso_account_id"), try setting("sso_role_name"))
    let (region, startURL) = (try setting("sso_region"), try setting("sso_start_url"))
    let service = CredentialService(
      source: name, transport: context.transport, clock: context.clock, remedy: remedy)
    let tokens = AWSSignOnTokens(
      context: context, service: service, remedy: remedy, session: values["sso_session"], startURL: startURL,
      region: region, endpoint: configuration.endpoint(of: "sso_oidc", profile: context.profile))
    let endpoint = configuration.endpoint(of: "sso", profile: context.profile)
    var url = try service.url(
      endpoint ?? "https://portal.sso.\(region).\(AWSRegion.domain(region))", from: "sso_region")
    url.encodedPath = "/federation/credentials"
    url.encodedQuery = PercentEncoding.encodedQuery([("role_name", role), ("account_id", account)])
    let token = try await tokens.current()
    let answer = try await service.exchange(
      HTTPRequest(.get, url, headers: ["x-amz-sso_bearer_token": token.text, "Accept": "application/json"]))
    guard answer.status == 200 else {
      guard answer.status == 401 else { throw service.refusal(answer) }
      throw CredentialError(
        .unusable, source: name, detail: "expected a sign-on that is valid, found one that is not", remedy: remedy)
    }
    guard let inner = try service.object(answer).object["roleCredentials"]?.object else {
      throw service.unusable(answer, expected: "`roleCredentials`", found: "none")
    }
    return try credential(CredentialService.JSONAnswer(inner, answer, service), service, "role \(role) of \(account)")
  }

  private var remedy: String { "run `aws sso login --profile \(context.profile)`" }

  /// The profile's settings with those of its session.
  private func resolved(
    _ profile: [String: String], _ configuration: AWSConfiguration
  ) throws(CredentialError) -> [String: String] {
    guard let name = profile["sso_session"] else { return profile }
    guard let session = configuration.signOnSession(name) else {
      throw context.unusable("[sso-session \(name)]", "none", "run `aws configure sso-session`")
    }
    for (key, value) in session where profile[key].map({ $0 != value }) == true {
      throw context.unusable("one value of \(key)", "another in [sso-session \(name)]", "keep one of them")
    }
    return profile.merging(session) { own, _ in own }
  }

  private func credential(
    _ keys: CredentialService.JSONAnswer, _ service: CredentialService, _ words: String
  ) throws(CredentialError) -> Expiring<AWSCredential> {
    guard let milliseconds = keys.seconds("expiration") else {
      throw service.unusable(keys.answer, expected: "`expiration` in milliseconds", found: "none")
    }
    let end = UnixTime(seconds: milliseconds / 1000) + (.zero - (keys.answer.clockOffset ?? .zero))
    return Expiring(
      AWSCredential(
        accessKeyID: try keys.text("accessKeyId"), secretAccessKey: Secret(try keys.text("secretAccessKey")),
        sessionToken: Secret(try keys.text("sessionToken"))),
      expiration: end, source: "\(words) by sign-on")
  }
}
