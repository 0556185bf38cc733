import ObjectStorage
import PythonJSON
import Synchronization
import Threading

/// Answers requests for credentials: failure, check, answer, log.
final class CredentialDesk: HTTPHandler {
  typealias Service = FakeCredentialServices.Service

  /// A request, with its body read.
  struct Inquiry {
    let head: HTTPRequestHead
    let query: [String: String]
    let body: [UInt8]
    let form: [String: String]

    init(_ head: HTTPRequestHead, body: [UInt8]) {
      self.head = head
      self.body = body
      query = Self.pairs(head.query ?? "")
      let isForm = head["content-type"]?.hasPrefix("application/x-www-form-urlencoded") == true
      form = isForm ? Self.pairs(String(decoding: body, as: UTF8.self)) : [:]
    }

    var json: JSONValue? { try? JSONValue(parsing: body.span.bytes) }

    static func pairs(_ text: String) -> [String: String] {
      var pairs: [String: String] = [:]
      for part in text.split(separator: "&") {
        let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = PercentEncoding.decoded(sides[0], plusIsSpace: true),
          let value = PercentEncoding.decoded(sides.count == 2 ? sides[1] : "", plusIsSpace: true)
        else { continue }
        pairs[String(decoding: name, as: UTF8.self)] = String(decoding: value, as: UTF8.self)
      }
      return pairs
    }
  }

  let options: FakeCredentialServices.Options
  let serviceAccount: FakeServiceAccount
  let issued = IssuedCredentials()
  let log = Mutex<[FakeCredentialServices.Request]>([])
  let failures = Mutex<[(service: Service, status: Int, body: String, count: Int?)]>([])
  let clockOffset = Mutex(Duration.zero)
  let stopSignal = Mutex(StopSignal())
  private let chance: Mutex<UInt64>

  init(_ options: FakeCredentialServices.Options, _ serviceAccount: FakeServiceAccount) {
    self.options = options
    self.serviceAccount = serviceAccount
    chance = Mutex(options.seed)
  }

  var now: UnixTime { options.clock() + clockOffset.withLock { $0 } }
  var end: UnixTime { now + options.lifetime }
  var lifetimeSeconds: Int { Int(options.lifetime.components.seconds) }

  func refusal(_ flaw: HTTPRequestHead.Flaw) -> HTTPResponse {
    var response = HTTPResponse(status: flaw.status, body: .bytes(Array(flaw.message.utf8)))
    response.closes = true
    return response
  }

  func handle(_ head: HTTPRequestHead, on connection: inout HTTPConnection) throws(ConnectionEnded) -> Bool {
    let inquiry = Inquiry(head, body: try connection.readBody().bytes)
    let received = UnixTime.now
    let service = service(of: inquiry)
    var response = failure(of: service)
    let isFailure = response != nil
    if response == nil, service == .instance, head.method == "PUT", !options.answersSessionToken {
      _ = stopSignal.withLock { $0 }.wait(for: .seconds(60))
      throw ConnectionEnded()
    }
    if response == nil { response = service.map { self.answer($0, inquiry) } ?? .text(404, "no such service") }
    var answer = response ?? .text(500, "")
    answer.headers.append(("Date", now.httpDate))
    answer.closes = !head.keepsAlive
    write(inquiry, service, answer.status, isFailure: isFailure, received)
    guard answer.status != 0 else { throw ConnectionEnded() }
    _ = try connection.send(answer, BodyPlan())
    return !answer.closes
  }

  private func service(of inquiry: Inquiry) -> Service? {
    let path = inquiry.head.path
    switch (inquiry.head.method, path) {
    case ("POST", "/"): return .securityToken
    case ("GET", "/federation/credentials"): return .signOn
    case ("POST", "/token"): return .signOnToken
    case ("GET", "/container"): return .container
    case (_, _) where path.hasPrefix("/latest/"): return .instance
    case ("POST", "/google/token"): return .googleToken
    case ("POST", "/google/exchange"): return .googleExchange
    case ("POST", _) where path.hasSuffix(":generateAccessToken"): return .googleImpersonation
    case ("GET", _) where path.hasPrefix("/computeMetadata/"): return .googleMetadata
    case ("POST", _) where path.hasSuffix("/oauth2/v2.0/token"): return .entra
    case ("GET", "/metadata/identity/oauth2/token"): return .azureInstance
    case ("GET", "/identity"): return .azureApplication
    case ("POST", "/oidc/v1/token"): return .databricks
    default: return nil
    }
  }

  private func answer(_ service: Service, _ inquiry: Inquiry) -> HTTPResponse {
    switch service {
    case .securityToken: securityToken(inquiry)
    case .signOn: signOn(inquiry)
    case .signOnToken: signOnToken(inquiry)
    case .container: container(inquiry)
    case .instance: instance(inquiry)
    case .googleToken: googleToken(inquiry)
    case .googleExchange: googleExchange(inquiry)
    case .googleImpersonation: googleImpersonation(inquiry)
    case .googleMetadata: googleMetadata(inquiry)
    case .entra: entra(inquiry)
    case .azureInstance: azureInstance(inquiry)
    case .azureApplication: azureApplication(inquiry)
    case .databricks: databricks(inquiry)
    }
  }

  /// The failure that a request gets: a scripted one, or one by chance. Status 0 stands for no answer.
  private func failure(of service: Service?) -> HTTPResponse? {
    guard let service else { return nil }
    let scripted = failures.withLock { failures -> HTTPResponse? in
      guard let index = failures.firstIndex(where: { $0.service == service }) else { return nil }
      let (_, status, body, count) = failures[index]
      failures[index].count = count.map { $0 - 1 }
      if failures[index].count == 0 { failures.remove(at: index) }
      return .text(status, body)
    }
    if let scripted { return scripted }
    guard options.failurePercentage > 0 else { return nil }
    let number = nextNumber()
    guard Int(number % 100) < options.failurePercentage else { return nil }
    return [.text(500, "{}"), .text(503, ""), .text(0, ""), .text(200, "<html>")][Int(number >> 32 & 3)]
  }

  /// SplitMix64.
  private func nextNumber() -> UInt64 {
    chance.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var number = state
      number = (number ^ number >> 30) &* 0xBF58_476D_1CE4_E5B9
      number = (number ^ number >> 27) &* 0x94D0_49BB_1331_11EB
      return number ^ number >> 31
    }
  }

  private static let secretFields: Set<String> = [
    "WebIdentityToken", "assertion", "client_secret", "refresh_token", "subject_token", "client_assertion",
  ]

  private func write(
    _ inquiry: Inquiry, _ service: Service?, _ status: Int, isFailure: Bool, _ received: UnixTime
  ) {
    let fields = inquiry.query.merging(inquiry.form) { $1 }.filter { !Self.secretFields.contains($0.key) }
    let entry = FakeCredentialServices.Request(
      service: service, method: inquiry.head.method, path: inquiry.head.path, fields: fields, status: status,
      isFailure: isFailure, received: received, answered: .now)
    log.withLock { log in
      if log.count >= 100_000 { log.removeFirst(50_000) }
      log.append(entry)
    }
  }
}

extension HTTPResponse {
  /// An answer of text.
  static func text(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(status: status, body: .bytes(Array(text.utf8)))
  }

  /// A good answer of JSON.
  static func json(_ object: JSONObject) -> HTTPResponse { json(200, object) }

  /// An answer of JSON.
  static func json(_ status: Int, _ object: JSONObject) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json")],
      body: .bytes(JSONValue.object(object).encoded(sortingKeys: false)))
  }
}
