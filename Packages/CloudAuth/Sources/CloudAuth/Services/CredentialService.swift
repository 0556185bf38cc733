import BinaryIO
import HTTPTransport
import ObjectStorage
import PythonJSON

/// One service that hands out credentials, as one source sees it: short requests, bounded answers, errors in
/// the source's name.
struct CredentialService: Sendable {
  /// The source, for errors.
  let source: String
  let transport: CredentialTransport
  /// Whether it is a metadata service of this machine.
  var isLocal = false
  /// The longest that one exchange may take.
  var timeLimit: Duration = .seconds(10)
  /// The time, for tests.
  var clock: @Sendable () -> UnixTime = { .now }
  /// What to do when it refuses.
  var remedy = "check the settings of this source, or use another"

  /// The most bytes of an answer; the largest honest ones, tokens with many claims, have some 10 KB.
  static let answerLimit = ByteCount(256 << 10)

  /// Sends a request; any status is an answer.
  /// - Throws: `.serviceFailed` when there is none.
  func exchange(_ request: HTTPRequest) async throws(CredentialError) -> Answer {
    var request = request
    request.timeLimit = timeLimit
    let limit = Self.answerLimit
    do throws(ObjectStoreError) {
      let client = try transport.client(isLocal: isLocal)
      let response = try await client.perform(request) { (_) throws(ObjectStoreError) in .memory(limit: limit)
      }
      return Answer(response, to: request, now: clock())
    } catch {
      throw CredentialError(error, askedFor: source)
    }
  }

  /// Sends a request and reads the JSON object that answers it.
  /// - Throws: `.serviceFailed` for every other answer.
  func object(_ request: HTTPRequest) async throws(CredentialError) -> JSONAnswer {
    let answer = try await exchange(request)
    guard answer.status == 200 || answer.status == 201 else { throw refusal(answer) }
    return try object(answer)
  }

  /// The JSON object of an answer.
  func object(_ answer: Answer) throws(CredentialError) -> JSONAnswer {
    guard let value = try? JSONValue(parsing: answer.body.span.bytes, limits: JSONLimits(depth: 16)),
      let object = value.object
    else { throw unusable(answer, expected: "a JSON object", found: "\(answer.body.count) bytes of another kind") }
    return JSONAnswer(object, answer, self)
  }

  /// The error for an answer that refuses.
  func refusal(_ answer: Answer) -> CredentialError {
    let words = answer.words.map { ": \($0)" } ?? ""
    return CredentialError(
      .serviceFailed, source: source, detail: "\(answer.url) answered \(answer.status)\(words)",
      remedy: remedy, retry: answer.retry)
  }

  /// The error for an answer that does not follow the protocol.
  func unusable(_ answer: Answer, expected: String, found: String) -> CredentialError {
    CredentialError(
      .serviceFailed, source: source, detail: "\(answer.url): expected \(expected), found \(found)",
      remedy: "check that this is the service that it should be", retry: .now)
  }

  /// Reads a URL of the settings. What goes there is secret, so it must be protected on its way: by TLS, or
  /// by not leaving the machine.
  func url(_ text: String, from setting: String) throws(CredentialError) -> HTTPURL {
    let url: HTTPURL
    do throws(ObjectStoreError) {
      url = try HTTPURL(parsing: text)
    } catch {
      throw CredentialError(
        .unusable, source: source, detail: "\(setting): \(error.detail)", remedy: error.remedy)
    }
    guard url.scheme == "https" || isLocal || url.isLoopback else {
      throw CredentialError(
        .unusable, source: source,
        detail: "\(setting): expected https, or http to this machine, found http to \(url.host)",
        remedy: "use an https address")
    }
    return url
  }
}

extension CredentialService {
  /// What a service answered.
  struct Answer: Sendable {
    let url: HTTPURL
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
    /// How far the service's clock is ahead of this machine's, where it tells and the two clearly differ.
    let clockOffset: Duration?

    init(_ response: HTTPResponse, to request: HTTPRequest, now: UnixTime) {
      url = request.url
      status = response.head.status
      headers = response.head.headers
      body = response.body
      let offset = response.head.headers["Date"].flatMap { UnixTime(httpDate: $0) }.map { $0 - now }
      clockOffset = offset.flatMap { $0 > .seconds(60) || $0 < .seconds(-60) ? $0 : nil }
    }

    /// Whether asking again can help.
    var retry: RetryAdvice {
      guard [404, 408, 410, 429].contains(status) || status >= 500 else { return .never }
      return headers["Retry-After"].flatMap { Int64($0) }.map { .after(.seconds(min(max(0, $0), 3600))) } ?? .now
    }

    /// The service's own words for a failure, from the places where services put them; bounded, on one line.
    var words: String? {
      guard let value = try? JSONValue(parsing: body.span.bytes, limits: JSONLimits(depth: 16)) else { return nil }
      let inner = value["error"]?.object == nil ? value : value["error"] ?? value
      let parts = ["error", "code", "Code", "__type", "status", "error_description", "message", "Message"]
        .compactMap { inner[$0]?.string }
      return parts.isEmpty ? nil : Self.oneLine(parts.joined(separator: ", "))
    }

    static func oneLine(_ text: String) -> String {
      String(text.unicodeScalars.prefix(300).map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }
  }

  /// An object in an answer, with errors that name what is missing.
  struct JSONAnswer: Sendable {
    let object: JSONObject
    let answer: Answer
    private let service: CredentialService

    init(_ object: JSONObject, _ answer: Answer, _ service: CredentialService) {
      self.object = object
      self.answer = answer
      self.service = service
    }

    /// A member that must be there; texts that could not be sent in a header are refused.
    func text(_ name: String) throws(CredentialError) -> String {
      guard let text = object[name]?.string, !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw service.unusable(
          answer, expected: "`\(name)` as a text", found: object[name].map(\.kind) ?? "none")
      }
      return text
    }

    /// A moment, on this machine's clock.
    func time(_ name: String) throws(CredentialError) -> UnixTime {
      let text = try text(name)
      guard let time = UnixTime(iso8601: text) else {
        throw service.unusable(answer, expected: "`\(name)` as 2006-02-03T16:45:09Z", found: "another form")
      }
      return time + (.zero - (answer.clockOffset ?? .zero))
    }

    /// A number of seconds, also as a text or a float.
    func seconds(_ name: String) -> Int64? {
      switch object[name] {
      case .integer(let value): Int64(exactly: value)
      case .number(let value): Int64(exactly: value.rounded(.down))
      case .string(let text): Int64(text)
      default: nil
      }
    }

    /// An OAuth answer: `access_token`, and its end by `expires_in`.
    func bearerToken(
      billedProject: String? = nil, source: String
    ) throws(CredentialError) -> Expiring<BearerToken> {
      let token = Secret(try text("access_token"))
      guard let life = seconds("expires_in"), life >= 0 else {
        throw service.unusable(answer, expected: "`expires_in` in seconds", found: "none")
      }
      return Expiring(
        BearerToken(token, billedProject: billedProject), expiration: service.clock() + .seconds(min(life, 1 << 30)),
        source: source)
    }
  }
}
