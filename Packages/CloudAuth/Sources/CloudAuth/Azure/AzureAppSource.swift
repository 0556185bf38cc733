import HTTPTransport
public import ObjectStorage

/// An application that Microsoft Entra knows, in the environment: `AZURE_TENANT_ID` and `AZURE_CLIENT_ID`, with
/// a secret (`AZURE_CLIENT_SECRET`) or with a pod's token (`AZURE_FEDERATED_TOKEN_FILE`, read anew each time).
public struct AzureAppSource: CredentialSource {
  /// How the application shows who it is.
  public enum Proof: Sendable, Hashable {
    case clientSecret
    /// Workload identity.
    case federatedToken
  }

  public let name: String
  private let proof: Proof
  private let environment: EnvironmentVariables
  private let transport: CredentialTransport
  private let clock: @Sendable () -> UnixTime

  /// Makes a source.
  public init(
    _ proof: Proof, environment: EnvironmentVariables = .process,
    transport: CredentialTransport = CredentialTransport(), clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    self.proof = proof
    self.environment = environment
    self.transport = transport
    self.clock = clock
    name =
      proof == .clientSecret
      ? "environment (AZURE_CLIENT_SECRET)" : "workload identity (AZURE_FEDERATED_TOKEN_FILE)"
  }

  public func fetch() async throws(CredentialError) -> Expiring<BearerToken>? {
    let variable = proof == .clientSecret ? "AZURE_CLIENT_SECRET" : "AZURE_FEDERATED_TOKEN_FILE"
    guard let value = environment[variable] else { return nil }
    guard let tenant = environment["AZURE_TENANT_ID"], let client = environment["AZURE_CLIENT_ID"] else {
      throw CredentialError(
        .unusable, source: name,
        detail: "expected AZURE_TENANT_ID and AZURE_CLIENT_ID beside \(variable), found not both",
        remedy: "set all three variables, or none")
    }
    let service = CredentialService(
      source: name, transport: transport, clock: clock,
      remedy: "check tenant, client and secret, or the federated credential of the application")
    var authority = environment["AZURE_AUTHORITY_HOST"] ?? "https://login.microsoftonline.com"
    if !authority.contains("://") { authority = "https://" + authority }
    var url = try service.url(authority, from: "AZURE_AUTHORITY_HOST")
    url.encodedPath = "/\(PercentEncoding.encoded(tenant))/oauth2/v2.0/token"
    var fields = [
      ("grant_type", "client_credentials"), ("client_id", client), ("scope", "\(AzureResource.storage).default"),
    ]
    switch proof {
    case .clientSecret: fields.append(("client_secret", value))
    case .federatedToken:
      let token = try await LocalFile(
        path: value, source: name, remedy: "check that the pod's service account is set up for workload identity"
      ).token()
      fields += [
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", token.text),
      ]
    }
    return try await service.object(.form(url, fields)).bearerToken(source: "application \(client) by \(variable)")
  }
}

/// What tokens of Microsoft Entra are for.
enum AzureResource {
  static let storage = "https://storage.azure.com/"
}
