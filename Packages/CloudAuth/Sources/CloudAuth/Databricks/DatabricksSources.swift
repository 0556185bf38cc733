package import HTTPTransport
package import ObjectStorage

/// A token, or an application that gets one, for a Databricks workspace: from the environment or a profile.
package struct DatabricksSource: CredentialSource {
  /// Where its settings are.
  package enum Place: Sendable, Hashable {
    case environment
    /// A section of `~/.databrickscfg`; nil for the one that the environment asks for.
    case profile(String?)
  }

  package let name: String
  private let place: Place
  private let host: HTTPURL
  private let environment: EnvironmentVariables
  private let transport: CredentialTransport
  private let clock: @Sendable () -> UnixTime

  /// - Parameter host: the workspace.
  package init(
    _ place: Place, host: HTTPURL, environment: EnvironmentVariables = .process,
    transport: CredentialTransport = CredentialTransport(), clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    self.place = place
    self.host = host
    self.environment = environment
    self.transport = transport
    self.clock = clock
    switch place {
    case .environment: name = "environment (DATABRICKS_TOKEN, DATABRICKS_CLIENT_ID)"
    case .profile(let profile):
      name = "profile \(profile ?? environment["DATABRICKS_CONFIG_PROFILE"] ?? "DEFAULT") of Databricks' settings"
    }
  }

  package func fetch() async throws(CredentialError) -> Expiring<BearerToken>? {
    switch place {
    case .environment:
      return try await token(
        { environment["DATABRICKS_" + $0.uppercased()] }, "environment (DATABRICKS_TOKEN)",
        "environment (DATABRICKS_CLIENT_ID)")
    case .profile(let asked):
      guard let profile = try await DatabricksProfile.read(asked, environment) else { return nil }
      let words = "profile \(profile.name) in \(profile.path)"
      return try await token({ profile[$0] }, words, words)
    }
  }

  private func token(
    _ setting: (String) -> String?, _ tokenSource: String, _ applicationSource: String
  ) async throws(CredentialError) -> Expiring<BearerToken>? {
    if let token = setting("token") { return Expiring(BearerToken(Secret(token)), source: tokenSource) }
    guard let client = setting("client_id") else { return nil }
    guard let secret = setting("client_secret") else {
      throw CredentialError(
        .unusable, source: name, detail: "expected a client's secret beside client_id, found none",
        remedy: "set DATABRICKS_CLIENT_SECRET, or client_secret in the profile")
    }
    // OAuth's client credentials, as the workspace offers them to service principals.
    let service = CredentialService(
      source: name, transport: transport, clock: clock,
      remedy: "check the service principal's id and secret, and that it may use the workspace")
    var url = try service.url(host.text, from: "DATABRICKS_HOST")
    url.encodedPath = (url.encodedPath.hasSuffix("/") ? url.encodedPath : url.encodedPath + "/") + "oidc/v1/token"
    var request = HTTPRequest.form(url, [("grant_type", "client_credentials"), ("scope", "all-apis")])
    request.headers["Authorization"] = "Basic " + Base64.encoded(Array("\(client):\(secret)".utf8))
    return try await service.object(request).bearerToken(source: "service principal \(client) by \(applicationSource)")
  }
}
