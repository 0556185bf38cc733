public import ObjectStorage
import Synchronization

/// The services that hand out credentials, inside this process: AWS's STS, sign-on portal, container and
/// instance endpoints, Google's token, exchange, impersonation and metadata endpoints, Microsoft Entra and
/// Azure's managed identities, a Databricks workspace.
///
/// Listens on a free port of 127.0.0.1. Each checks what a client must show: signatures by
/// Signature Version 4, assertions by their RSA signature, headers, session tokens. Keys and tokens count until
/// their end and not longer, on the server's clock.
public final class FakeCredentialServices: Sendable {
  /// One of the services.
  public enum Service: String, Sendable, Hashable, CaseIterable {
    case securityToken, signOn, signOnToken, container, instance
    case googleToken, googleExchange, googleImpersonation, googleMetadata
    case entra, azureInstance, azureApplication, databricks
  }

  /// How the server behaves.
  public struct Options: Sendable {
    /// How long keys and tokens count.
    public var lifetime = Duration.seconds(3600)
    /// How many of a hundred requests fail, in one of several ways, each by chance.
    public var failurePercentage = 0
    /// The seed of that chance.
    public var seed: UInt64 = 1
    /// Who may sign requests to STS, besides the keys that this server gave.
    public var callers: [FakeS3.Credential] = [.test]
    /// The role of the instance; nil for none.
    public var instanceRole: String? = "fake-role"
    /// Whether the instance's metadata wants a session token (IMDSv2).
    public var requiresSessionToken = true
    /// Whether requests for a session token are answered; not behind one hop too many.
    public var answersSessionToken = true
    /// The server's time.
    public var clock: @Sendable () -> UnixTime = { .now }

    public init() {}
  }

  /// One request that was answered, or broken off.
  public struct Request: Sendable, Hashable {
    public let service: Service?
    public let method: String
    public let path: String
    /// Names and values of the query and of the form in the body. Without secrets.
    public let fields: [String: String]
    /// The answer's status; 0 when there was none.
    public let status: Int
    /// Whether it failed as ordered, by chance or by ``FakeCredentialServices/fail(_:status:body:count:)``; also such an
    /// answer may have the status 200.
    public let isFailure: Bool
    /// When the whole request was there.
    public let received: UnixTime
    /// When its answer was ready to be sent.
    public let answered: UnixTime
  }

  /// What clients must show, each to its service.
  public static let webIdentityToken = "fake-web-identity-token"
  public static let signOnToken = "fake-sign-on-token"
  public static let signOnRefreshToken = "fake-sign-on-refresh-token"
  public static let containerToken = "fake-container-token"
  public static let googleRefreshToken = "fake-google-refresh-token"
  public static let subjectToken = "fake-subject-token"
  public static let clientSecret = "fake-client-secret"
  public static let identityHeader = "fake-identity-header"

  /// The service account whose key the server knows.
  public let serviceAccount: FakeServiceAccount
  let desk: CredentialDesk
  private let server: HTTPServer

  /// Starts a server.
  /// - Throws: ``FakeServerError`` when there is no socket.
  public init(_ configure: (inout Options) -> Void = { _ in }) throws(FakeServerError) {
    var options = Options()
    configure(&options)
    serviceAccount = FakeServiceAccount(email: "fake@fake-project.iam.gserviceaccount.com")
    desk = CredentialDesk(options, serviceAccount)
    server = try HTTPServer("fake-credentials", desk)
    desk.stopSignal.withLock { [stopSignal = server.stopSignal] in $0 = stopSignal }
  }

  deinit { server.stop() }

  /// The server's address: `http://127.0.0.1:port`.
  public var endpoint: String { "http://127.0.0.1:\(server.port)" }
  /// Host and port, as `GCE_METADATA_HOST` has them.
  public var authority: String { "127.0.0.1:\(server.port)" }

  /// The requests so far.
  public var requests: [Request] { desk.log.withLock { $0 } }

  /// How many requests a service got.
  public func requestCount(_ service: Service) -> Int { requests.count { $0.service == service } }

  /// How many keys and tokens were given.
  public var issuedCount: Int { desk.issued.count }

  /// Lets the next requests to a service fail with a status and an answer.
  /// - Parameter count: how many; nil for all.
  public func fail(_ service: Service, status: Int = 500, body: String = "", count: Int? = 1) {
    desk.failures.withLock { $0.append((service, status, body, count)) }
  }

  /// Forgets the failures that are still to come.
  public func clearFailures() { desk.failures.withLock { $0 = [] } }

  /// Sets the server's clock forward or back.
  public func setClockOffset(_ offset: Duration) { desk.clockOffset.withLock { $0 = offset } }

  /// Whether a bearer token was given here and has not ended.
  public func isValid(token: String) -> Bool { desk.issued.isValid(token: token, now: desk.now) }

  /// Whether keys were given here and have not ended.
  public func isValid(accessKeyID: String) -> Bool { desk.issued.isValid(keyID: accessKeyID, now: desk.now) }

  /// Breaks all connections and refuses new ones. Returns at once.
  public func stop() { server.stop() }
}
