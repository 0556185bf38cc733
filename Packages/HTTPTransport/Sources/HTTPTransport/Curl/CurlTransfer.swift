import BinaryIO
import CCurl
import ObjectStorage
import Synchronization

/// One request in progress.
// Safe because it belongs to one thread at a time: the task makes it and sets `continuation`, then hands it
// over through the loop's mailbox, whose lock orders the two; from then on the I/O thread alone touches it,
// but for `isCancelled`, which is atomic.
final class CurlTransfer: @unchecked Sendable {
  typealias Outcome = Result<HTTPResponse, ObjectStoreError>

  let request: HTTPRequest
  let receiving: @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  let isCancelled = Atomic<Bool>(false)
  var continuation: CheckedContinuation<Outcome, Never>?

  /// The answer's head, once it is complete.
  private(set) var head: HTTPResponseHead?
  private var headBuilder = HeadBuilder()
  private var destination = HTTPBodyDestination.memory(limit: 0)
  private var body: [UInt8] = []
  /// What a sink, a source or the receiver of the head threw: it ended the transfer.
  private var ownError: ObjectStoreError?
  private var sentByteCount = 0
  /// Whether there was a connection, TLS included, that the request could go over. Set before ``result(_:)``.
  var wasConnected = false
  /// Header lines that libcurl reads while the transfer runs.
  var headerLines: CurlList?
  /// libcurl's words for a failure.
  let message = ErrorText()

  init(
    _ request: HTTPRequest,
    receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  ) {
    self.request = request
    self.receiving = receiving
  }

  var url: String { request.url.description }

  var cancelledError: ObjectStoreError {
    ObjectStoreError(.cancelled, url: url, detail: "the task or its store ended", partial: partial)
  }

  /// What is known of the object whose body was under way.
  var partial: ObjectInfo? {
    if head != nil, case .sink(_, let info) = destination { return info }
    return nil
  }

  /// Hands the outcome to the waiting task, once.
  func finish(_ outcome: Outcome) {
    continuation?.resume(returning: outcome)
    continuation = nil
  }

  /// The outcome after libcurl has ended the transfer with `code`.
  func result(_ code: CURLcode) -> Outcome {
    if let ownError { return .failure(ownError) }
    guard code == CURLE_OK else { return .failure(error(code)) }
    guard let head else {
      return .failure(
        ObjectStoreError(
          .unusableAnswer, url: url, detail: "expected an HTTP answer, found none", retry: .now))
    }
    return .success(HTTPResponse(head: head, body: body))
  }
}

/// What happens on the I/O thread while a transfer runs. Each returns false to end it.
extension CurlTransfer {
  func received(headerLine line: RawSpan) -> Bool {
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

  func received(body bytes: RawSpan) -> Bool {
    do throws(ObjectStoreError) {
      switch destination {
      case .sink(let sink, _): try sink.write(bytes)
      case .memory(let limit):
        guard body.count + bytes.byteCount <= limit.value else {
          throw ObjectStoreError(
            .unusableAnswer, url: url, status: head?.status,
            detail: "expected a body of at most \(limit.value) bytes, found more")
        }
        body += bytes.copied()
      }
      return true
    } catch {
      ownError = error
      return false
    }
  }

  /// Fills `out` with the next bytes of the request's body; leaves it empty at the end.
  func send(into out: inout OutputSpan<UInt8>) -> Bool {
    guard let source = request.body else { return true }
    do throws(ObjectStoreError) {
      try source.read(at: sentByteCount, into: &out)
      sentByteCount += out.count
      return true
    } catch {
      ownError = error
      return false
    }
  }

  /// Goes back to a position, when the request is repeated on another connection.
  func seek(to byteOffset: Int) -> Bool {
    guard let source = request.body, byteOffset >= 0, byteOffset <= source.byteCount else { return false }
    sentByteCount = byteOffset
    return true
  }
}
