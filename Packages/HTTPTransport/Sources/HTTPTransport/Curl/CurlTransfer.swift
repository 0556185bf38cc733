import BinaryIO
import CCurl
import ObjectStorage
import Synchronization

/// One transfer in progress: its bytes in both directions. What is of one protocol is in its subclasses.
// Safe because it belongs to one thread at a time: the task makes it and sets the continuation, then hands it
// over through the loop's mailbox, whose lock orders the two; from then on the I/O thread alone touches it,
// but for `isCancelled`, which is atomic.
class CurlTransfer: @unchecked Sendable {
  /// What is transferred, in messages.
  let url: String
  let isCancelled = Atomic<Bool>(false)
  private var hasBegun = false
  /// Where the body goes.
  var destination: HTTPBodyDestination
  /// The body, where it went into memory.
  private(set) var body: [UInt8] = []
  /// What a sink, a source or a subclass threw: it ended the transfer.
  var ownError: ObjectStoreError?
  private let source: (any ByteSource)?
  private var sentByteCount = 0
  /// Bytes that the pace lets through, and that were not sent yet.
  private var admitted = 0
  /// When a paused transfer goes on.
  var resumption: ContinuousClock.Instant?
  /// Whether it may pause.
  var isPaced: Bool { source?.pace != nil }
  /// libcurl's words for a failure.
  let message = ErrorText()

  init(url: String, source: (any ByteSource)?, destination: HTTPBodyDestination) {
    self.url = url
    self.source = source
    self.destination = destination
  }

  // MARK: what a protocol adds

  /// Sets a fresh handle up.
  /// - Returns: the reason when the transfer can't be made.
  func prepare(_ setup: CurlSetup, _ options: CurlOptions) -> ObjectStoreError? {
    setup.set(CURLOPT_PATH_AS_IS, 1)
    setup.set(CURLOPT_NOSIGNAL, 1)
    setup.set(CURLOPT_BUFFERSIZE, 512 << 10)
    setup.set(CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
    setup.set(CURLOPT_TCP_KEEPALIVE, 1)
    setup.set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.curlMilliseconds)
    setup.set(CURLOPT_LOW_SPEED_LIMIT, max(1, options.stallBytesPerSecond))
    setup.set(CURLOPT_LOW_SPEED_TIME, (options.stallTimeout.curlMilliseconds + 999) / 1000)
    if let proxy = options.proxy { setup.set(CURLOPT_PROXY, proxy) }
    if source != nil { setup.setUploadByteCount(source?.byteCount ?? 0) }
    setup.set(message)
    setup.setCallbacks(of: self)
    return nil
  }

  /// Takes a line of what comes before the body. Returns false to end the transfer.
  func received(headerLine line: RawSpan) -> Bool { true }

  /// The first bytes of the body are there; returns why they are not wanted.
  func bodyBegins() -> ObjectStoreError? { nil }

  /// What is known of the object whose body is under way.
  var partial: ObjectInfo? { nil }

  /// The handle is to be read for what the transfer has told, before it is used for another.
  func ended(_ handle: CurlHandle) {}

  /// Answers the waiting task after libcurl has ended the transfer with `code`.
  func finish(_ code: CURLcode) {}

  /// Answers the waiting task with an error.
  func fail(_ error: ObjectStoreError) {}

  /// What libcurl's code means here.
  func error(_ code: CURLcode) -> ObjectStoreError {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
      return ObjectStoreError(
        .unreachable, url: url, detail: detail(code), remedy: "check the host's name and the machine's name servers")
    case CURLE_COULDNT_CONNECT: return ObjectStoreError(.unreachable, url: url, detail: detail(code))
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL:
      return ObjectStoreError(.unusableURL, url: url, detail: detail(code))
    default: return ObjectStoreError(.connectionFailed, url: url, detail: detail(code), partial: partial)
    }
  }

  /// libcurl's own words.
  final func detail(_ code: CURLcode) -> String {
    let words = message.text.isEmpty ? String(cString: curl_easy_strerror(code)) : message.text
    return "\(words) (curl \(code.rawValue))"
  }

  final var cancelledError: ObjectStoreError {
    ObjectStoreError(.cancelled, url: url, detail: "the task or its store ended", partial: partial)
  }

  /// The error for a handle that did not take all settings.
  final func refused(_ setup: CurlSetup) -> ObjectStoreError? {
    setup.isComplete
      ? nil
      : ObjectStoreError(
        .misconfigured, url: url, detail: "expected libcurl to take every setting, found one that it refuses",
        remedy: "use libcurl 7.85 or later")
  }
}

/// What happens on the I/O thread while a transfer runs. Each returns false to end it.
extension CurlTransfer {
  final func received(body bytes: RawSpan) -> Bool {
    do throws(ObjectStoreError) {
      if !hasBegun {
        hasBegun = true
        if let error = bodyBegins() { throw error }
      }
      switch destination {
      case .sink(let sink, _): try sink.write(bytes)
      case .memory(let limit):
        guard body.count + bytes.byteCount <= limit.value else {
          throw ObjectStoreError(
            .unusableAnswer, url: url, detail: "expected a body of at most \(limit.value) bytes, found more")
        }
        body += bytes.copied()
      }
      return true
    } catch {
      ownError = error
      return false
    }
  }

  /// What becomes of libcurl's wish for more bytes to send.
  enum Sending { case sent, paused, failed }

  /// Fills `out` with the next bytes to send; leaves it empty at the end. At a pace, it asks for a part of them, and
  /// pauses until ``resumption`` when they are not due.
  final func send(into out: inout OutputSpan<UInt8>) -> Sending {
    guard let source else { return .sent }
    do throws(ObjectStoreError) {
      guard let pace = source.pace else {
        try source.read(at: sentByteCount, into: &out)
        sentByteCount += out.count
        return .sent
      }
      if admitted == 0 {
        admitted = min(out.freeCapacity, 64 << 10, source.byteCount - sentByteCount)
        let wait = pace.take(admitted)
        if wait > .zero {
          resumption = ContinuousClock.now + wait
          return .paused
        }
      }
      let piece = try source.bytes(at: sentByteCount, count: min(admitted, out.freeCapacity))
      try MemorySource(piece).read(at: 0, into: &out)
      admitted -= out.count
      sentByteCount += out.count
      return .sent
    } catch {
      ownError = error
      return .failed
    }
  }

  /// Goes back to a position, when the transfer is repeated on another connection.
  final func seek(to byteOffset: Int) -> Bool {
    guard let source, byteOffset >= 0, byteOffset <= source.byteCount else { return false }
    sentByteCount = byteOffset
    admitted = 0
    return true
  }
}

extension Duration {
  /// As libcurl wants it: at least one.
  var curlMilliseconds: Int { Int(clamping: max(1, wholeNanoseconds / 1_000_000)) }
}
