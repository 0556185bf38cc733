import HTTPTransport
public import ObjectStorage
import Synchronization

/// The managed identity of the machine or application: App Service's endpoint where `IDENTITY_ENDPOINT` and
/// `IDENTITY_HEADER` are set, else the metadata service of virtual machines.
///
/// `AZURE_CLIENT_ID` chooses among several identities, `AZURE_POD_IDENTITY_AUTHORITY_HOST` another address. No
/// answer from 169.254.169.254 means that this is not Azure, unless it has answered before.
public final class AzureManagedIdentitySource: CredentialSource {
  public let name = "managed identity"
  private let environment: EnvironmentVariables
  private let transport: CredentialTransport
  private let clock: @Sendable () -> UnixTime
  private let hasAnswered = Mutex(false)

  /// Makes a source.
  public init(
    environment: EnvironmentVariables = .process, transport: CredentialTransport = CredentialTransport(),
    clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    self.environment = environment
    self.transport = transport
    self.clock = clock
  }

  public func fetch() async throws(CredentialError) -> Expiring<BearerToken>? {
    var fields = [("resource", AzureResource.storage)]
    if let client = environment["AZURE_CLIENT_ID"] { fields.append(("client_id", client)) }
    if let endpoint = environment["IDENTITY_ENDPOINT"] {
      return try await application(endpoint, fields)
    }
    return try await machine(fields)
  }

  private func service(_ timeLimit: Duration) -> CredentialService {
    CredentialService(
      source: name, transport: transport, isLocal: true, timeLimit: timeLimit, clock: clock,
      remedy: "give the machine an identity, and AZURE_CLIENT_ID if it has several")
  }

  private func application(
    _ endpoint: String, _ fields: [(String, String)]
  ) async throws(CredentialError) -> Expiring<BearerToken> {
    let service = service(.seconds(10))
    guard let header = environment["IDENTITY_HEADER"] else {
      throw CredentialError(
        .unusable, source: name,
        detail: "expected IDENTITY_HEADER beside IDENTITY_ENDPOINT, found none (Azure Arc works that way)",
        remedy: "use a client secret or workload identity on such machines")
    }
    var url = try service.url(endpoint, from: "IDENTITY_ENDPOINT")
    url.encodedQuery = PercentEncoding.encodedQuery([("api-version", "2019-08-01")] + fields)
    return try await token(service, HTTPRequest(.get, url, headers: ["X-IDENTITY-HEADER": header]), "App Service")
  }

  private func machine(_ fields: [(String, String)]) async throws(CredentialError) -> Expiring<BearerToken>? {
    let host = environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"]
    let isExpected = host != nil || hasAnswered.withLock { $0 }
    let service = service(isExpected ? .seconds(10) : .seconds(1))
    var url = try service.url(
      host ?? "http://169.254.169.254", from: "AZURE_POD_IDENTITY_AUTHORITY_HOST")
    url.encodedPath = "/metadata/identity/oauth2/token"
    url.encodedQuery = PercentEncoding.encodedQuery([("api-version", "2018-02-01")] + fields)
    let answer: CredentialService.Answer
    do throws(CredentialError) {
      answer = try await service.exchange(HTTPRequest(.get, url, headers: ["Metadata": "true"]))
    } catch {
      guard isExpected else { return nil }
      throw error
    }
    guard answer.status == 200 else {
      // Other clouds answer at this address too; Azure's own refusals are JSON with an error.
      guard isExpected || answer.words != nil && answer.status != 404 else { return nil }
      throw service.refusal(answer)
    }
    let token = try tokenAnswer(service, answer, "the machine's metadata service")
    hasAnswered.withLock { $0 = true }
    return token
  }

  private func token(
    _ service: CredentialService, _ request: HTTPRequest, _ origin: String
  ) async throws(CredentialError) -> Expiring<BearerToken> {
    let answer = try await service.exchange(request)
    guard answer.status == 200 else { throw service.refusal(answer) }
    return try tokenAnswer(service, answer, origin)
  }

  /// A token with its end as a moment (`expires_on`) or a duration.
  private func tokenAnswer(
    _ service: CredentialService, _ answer: CredentialService.Answer, _ origin: String
  ) throws(CredentialError) -> Expiring<BearerToken> {
    let object = try service.object(answer)
    let source = "managed identity from \(origin)"
    guard object.seconds("expires_in") == nil, let moment = object.seconds("expires_on") else {
      return try object.bearerToken(source: source)
    }
    return Expiring(
      BearerToken(Secret(try object.text("access_token"))),
      expiration: UnixTime(seconds: moment) + (.zero - (answer.clockOffset ?? .zero)), source: source)
  }
}
