import BinaryIO
import CCurl
import ObjectStorage

/// One HTTP exchange in progress.
// Safe because its superclass is: one thread at a time touches it.
final class HTTPTransfer: CurlTransfer, @unchecked Sendable {
  typealias Outcome = Result<HTTPResponse, ObjectStoreError>

  let request: HTTPRequest
  private let receiving: @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  var continuation: CheckedContinuation<Outcome, Never>?

  /// The answer's head, once it is complete.
  private(set) var head: HTTPResponseHead?
  private var headBuilder = HeadBuilder()
  /// Whether there was a connection, TLS included, that the request could go over.
  private(set) var wasConnected = false
  /// Header lines that libcurl reads while the transfer runs.
  var headerLines: CurlList?

  init(
    _ request: HTTPRequest,
    receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  ) {
    self.request = request
    self.receiving = receiving
    super.init(url: request.url.description, source: request.body, destination: .memory(limit: 0))
  }

  override func prepare(_ setup: CurlSetup, _ options: CurlOptions) -> ObjectStoreError? {
    if let error = super.prepare(setup, options) ?? prepareRequest(setup, options) { return error }
    return refused(setup)
  }

  override var partial: ObjectInfo? {
    if head != nil, case .sink(_, let info) = destination { return info }
    return nil
  }

  override func received(headerLine line: RawSpan) -> Bool {
    guard head == nil else { return true }  // a trailer
    switch headBuilder.add(line) {
    case .more: return true
    case .tooLarge:
      ownError = ObjectStoreError(
        .unusableAnswer, url: url,
        detail: "expected at most \(HeadBuilder.byteLimit) bytes of headers, found more")
      return false
    case .complete(let complete):
      do throws(ObjectStoreError) {
        destination = try receiving(complete)
        head = complete
        return true
      } catch {
        ownError = error
        return false
      }
    }
  }

  override func ended(_ handle: CurlHandle) {
    wasConnected = handle.number(CURLINFO_PRETRANSFER_TIME_T) > 0
  }

  override func finish(_ code: CURLcode) { answer(outcome(code)) }

  override func fail(_ error: ObjectStoreError) { answer(.failure(error)) }

  /// Hands the outcome to the waiting task, once.
  private func answer(_ outcome: Outcome) {
    continuation?.resume(returning: outcome)
    continuation = nil
  }

  private func outcome(_ code: CURLcode) -> Outcome {
    if let ownError { return .failure(ownError) }
    guard code == CURLE_OK else { return .failure(error(code)) }
    guard let head else {
      return .failure(
        ObjectStoreError(
          .unusableAnswer, url: url, detail: "expected an HTTP answer, found none", retry: .now))
    }
    return .success(HTTPResponse(head: head, body: body))
  }

  override func error(_ code: CURLcode) -> ObjectStoreError {
    switch code {
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_HTTP2,
      CURLE_HTTP2_STREAM:
      return ObjectStoreError(
        head == nil ? .connectionFailed : .interrupted, url: url, detail: detail(code), partial: partial)
    case CURLE_OPERATION_TIMEDOUT:
      return ObjectStoreError(
        wasConnected ? .timedOut : .unreachable, url: url, detail: detail(code), partial: partial)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
      return ObjectStoreError(
        .untrusted, url: url, detail: detail(code),
        remedy: "check the host name, or name its CA with the certificate bundle")
    case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CRL_BADFILE, CURLE_SSL_CERTPROBLEM:
      return ObjectStoreError(
        .misconfigured, url: url, detail: detail(code), remedy: "check the certificate bundle's path")
    case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
      // A connection that ends within the head looks the same as nonsense: worth another try.
      return ObjectStoreError(.unusableAnswer, url: url, detail: detail(code), retry: .now, partial: partial)
    default: return super.error(code)
    }
  }
}
