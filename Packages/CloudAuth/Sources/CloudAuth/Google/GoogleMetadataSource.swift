import HTTPTransport
public import ObjectStorage
import Synchronization

/// The service account of the machine or pod: the metadata server of Compute Engine, GKE and Cloud Run.
///
/// Asked at `GCE_METADATA_HOST` or `GCE_METADATA_IP`, else at 169.254.169.254; `NO_GCE_CHECK=true` turns it
/// off. No answer means that this is not Google's cloud, unless the environment names the server or it has
/// answered before.
public final class GoogleMetadataSource: CredentialSource {
  public let name = "metadata server of Google Cloud"
  private let environment: EnvironmentVariables
  private let scopes: [String]
  private let transport: CredentialTransport
  private let clock: @Sendable () -> UnixTime
  private let hasAnswered = Mutex(false)

  /// Makes a source.
  public init(
    scopes: [String] = GoogleScope.storage, environment: EnvironmentVariables = .process,
    transport: CredentialTransport = CredentialTransport(), clock: @escaping @Sendable () -> UnixTime = { .now }
  ) {
    self.environment = environment
    self.scopes = scopes
    self.transport = transport
    self.clock = clock
  }

  public func fetch() async throws(CredentialError) -> Expiring<BearerToken>? {
    guard environment["NO_GCE_CHECK"]?.lowercased() != "true" else { return nil }
    let host = environment["GCE_METADATA_HOST"] ?? environment["GCE_METADATA_ROOT"]
    let seconds = environment["GCE_METADATA_TIMEOUT"].flatMap { Int64($0) } ?? 3
    let service = CredentialService(
      source: name, transport: transport, isLocal: true, timeLimit: .seconds(min(max(1, seconds), 60)),
      clock: clock, remedy: "attach a service account to the machine")
    let isExpected = host != nil || hasAnswered.withLock { $0 }
    var url = try service.url(
      "http://" + (host ?? environment["GCE_METADATA_IP"] ?? "169.254.169.254"), from: "GCE_METADATA_HOST")
    url.encodedPath = "/computeMetadata/v1/instance/service-accounts/default/token"
    url.encodedQuery = PercentEncoding.encodedQuery([("scopes", scopes.joined(separator: ","))])
    let answer: CredentialService.Answer
    do throws(CredentialError) {
      answer = try await service.exchange(HTTPRequest(.get, url, headers: ["Metadata-Flavor": "Google"]))
    } catch {
      guard isExpected else { return nil }
      throw error
    }
    // Other clouds have servers at the same address.
    guard answer.headers["Metadata-Flavor"] == "Google" || isExpected else { return nil }
    hasAnswered.withLock { $0 = true }
    guard answer.status == 200 else { throw service.refusal(answer) }
    return try service.object(answer).bearerToken(
      billedProject: environment["GOOGLE_CLOUD_QUOTA_PROJECT"], source: "the machine's service account")
  }
}
