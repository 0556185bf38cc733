import CloudAuth
import HTTPTransport
import ObjectStorage
import Synchronization

/// An answer that is no success: S3's error document, or what can be had without one.
struct S3ErrorAnswer: Sendable {
  let status: Int
  let headers: HTTPHeaders
  /// When to come back, as the service says.
  let requestedDelay: Duration?
  /// S3's code, such as `NoSuchKey`; `""` where the answer has no error document.
  private(set) var code = ""
  private(set) var message = ""
  private(set) var region: String?

  init(_ response: HTTPResponse) {
    status = response.head.status
    headers = response.head.headers
    requestedDelay = response.head.requestedDelay
    var fields: [String: String] = [:]
    // Proxies and HEAD answer without a document: the status has to do.
    let root = try? XMLReader.visit(response.body) { path, text in
      if path.count == 1 { fields[path[0]] = text }
    }
    if root == "Error" {
      code = fields["Code"] ?? ""
      message = fields["Message"] ?? ""
    }
    region = headers["x-amz-bucket-region"] ?? (root == "Error" ? fields["Region"] : nil)
    // It becomes a part of a host name: nothing but a plain region may.
    func isPlain(_ byte: UInt8) -> Bool {
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2D
    }
    if let text = region, text.isEmpty || !text.utf8.allSatisfy(isPlain) { region = nil }
  }

  /// One error of an answer that holds several.
  init(code: String, message: String, _ head: HTTPResponseHead) {
    status = head.status
    headers = head.headers
    requestedDelay = head.requestedDelay
    self.code = code
    self.message = message
  }

  /// Whether another region was expected.
  var isAboutRegion: Bool {
    status == 301 || status == 307 || code == "PermanentRedirect" || code == "AuthorizationHeaderMalformed"
      || (code.isEmpty && status == 400)
  }

  /// S3's words, or those of the status.
  var words: String {
    let id = headers["x-amz-request-id"].map { ", request \($0)" } ?? ""
    if code.isEmpty { return "no S3 error document" + id }
    return (message.isEmpty ? code : "\(code): \(message)") + id
  }
}

extension S3Store {
  /// The error that an answer stands for. Also takes note of what the answer teaches: a refused credential,
  /// the clock.
  func error(
    _ answer: S3ErrorAnswer, key: ObjectKey?, method: HTTPRequest.Method, credential: Expiring<AWSCredential>?
  ) async -> ObjectStoreError {
    let via = credential.map { "credentials of \($0.source)" } ?? "no credentials (anonymous)"
    let detail = "\(answer.words); \(via)"
    func make(_ code: ObjectStoreError.Code, _ remedy: String = "", _ retry: RetryAdvice? = nil)
      -> ObjectStoreError
    {
      ObjectStoreError(
        code, url: url(of: key), status: answer.status, detail: detail, retry: retry, remedy: remedy)
    }
    let later = answer.requestedDelay.map { RetryAdvice.after($0) }
    switch answer.code {
    case "NoSuchBucket": return make(.notFound, "check the bucket's name, region and endpoint")
    case "NoSuchKey", "NoSuchUpload": return make(.notFound)
    case "ExpiredToken", "TokenRefreshRequired", "InvalidToken":
      await forget(credential)
      return make(.expiredCredential, "sign in again, or set a fresh AWS_SESSION_TOKEN")
    case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity":
      return make(.unauthorized, "check key and secret, and that they belong to this endpoint")
    case "RequestTimeTooSkewed": return clockError(answer, make)
    case "SlowDown", "RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequests":
      return make(.throttled, "", later)
    case "RequestTimeout": return make(.timedOut)
    case "InternalError", "ServiceUnavailable": return make(.unavailable, "", later)
    case "BadDigest", "XAmzContentSHA256Mismatch", "IncompleteBody": return make(.corrupt)
    case "ConditionalRequestConflict", "OperationAborted": return make(.unavailable, "", .now)
    case "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed":
      return make(
        .redirected, answer.region.map { "set AWS_DEFAULT_REGION=\($0)" } ?? "set region or endpoint")
    case "EntityTooLarge": return make(.tooLarge)
    default: break
    }
    switch answer.status {
    case 300..<400: return make(.redirected, answer.region.map { "set AWS_DEFAULT_REGION=\($0)" } ?? "")
    case 400 where method == .head && credential?.credential.sessionToken != nil:
      // HEAD has no document that could tell; with temporary keys an expired one is by far the likeliest
      // reason.
      await forget(credential)
      return make(.expiredCredential)
    case 401: return make(.unauthorized)
    case 403:
      return make(
        .forbidden,
        credential == nil ? "use credentials: this bucket is not public" : "ask its owner for access")
    case 404: return make(.notFound)
    case 405, 501: return make(.unsupported)
    case 408: return make(.timedOut)
    case 409: return make(.unavailable, "", .now)
    case 412: return make(.preconditionFailed)
    case 416: return make(.rangeNotSatisfiable)
    case 429: return make(.throttled, "", later)
    case 503 where answer.code.isEmpty: return make(.throttled, "", later)
    case 500...: return make(.unavailable, "", later)
    default: return make(.rejected)
    }
  }

  /// Learns the difference of the clocks once; a second refusal is for good.
  private func clockError(
    _ answer: S3ErrorAnswer, _ make: (ObjectStoreError.Code, String, RetryAdvice?) -> ObjectStoreError
  ) -> ObjectStoreError {
    guard let theirs = answer.headers["Date"].flatMap({ UnixTime(httpDate: $0) }) else {
      return make(.clockSkew, "", .never)
    }
    let offset = theirs - .now
    let isNews = place.withLock { place in
      let change = place.clockOffset - offset
      place.clockOffset = offset
      return change > .seconds(60) || change < .seconds(-60)
    }
    return make(
      .clockSkew, "set this machine's clock: it is off by \(offset.components.seconds) s",
      isNews ? .now : .never)
  }
}
