import ObjectStorage
import Synchronization
import Threading

/// Answers S3 requests: fault, signature, body, operation, answer, log.
final class S3Service: HTTPHandler {
  let options: FakeS3.Options
  let table: any ObjectTable
  let verifier: SigV4Verifier
  let uploads: MultipartUploads
  let customerKeys = CustomerKeys()
  let script = Mutex(FaultScript())
  let log = Mutex<[LoggedRequest]>([])
  let clockOffset = Mutex(Duration.zero)
  let stopSignal = Mutex(StopSignal())
  private let rate: Mutex<RequestRate?>
  private let requestCount = Atomic<Int>(0)
  private let loggedCount = Atomic<Int>(0)

  init(_ options: FakeS3.Options, _ table: any ObjectTable) {
    self.options = options
    self.table = table
    verifier = SigV4Verifier(
      credentials: options.credentials, region: options.region, issued: options.issuer?.desk.issued)
    rate = Mutex(options.requestsPerSecond.map { RequestRate(perSecond: $0) })
    uploads = MultipartUploads(minimumPartByteCount: options.minimumPartByteCount)
  }

  var now: UnixTime { .now + clockOffset.withLock { $0 } }

  func refusal(_ flaw: HTTPRequestHead.Flaw) -> HTTPResponse {
    let code =
      flaw.status == 501
      ? "NotImplemented" : flaw.status == 431 ? "RequestHeaderSectionTooLarge" : "BadRequest"
    var response = S3Error(flaw.status, code, flaw.message)
      .response(resource: "", requestID: nextRequestID(), isHead: false)
    response.closes = true
    return response
  }

  private func nextRequestID() -> String {
    let number = requestCount.wrappingAdd(1, ordering: .relaxed).newValue
    let digits = String(number, radix: 16, uppercase: true)
    return "FAKE" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits
  }

  func handle(_ head: HTTPRequestHead, on connection: inout HTTPConnection) throws(ConnectionEnded) -> Bool {
    let request: Result<S3Request, S3Error> = result { () throws(S3Error) in try S3Request(head) }
    let parsed = try? request.get()
    let faults = script.withLock { $0.faults(method: head.method, key: parsed?.key.text ?? head.path) }

    var response: HTTPResponse
    do throws(ConnectionEnded) {
      response = try answer(request, faults, &connection)
      response.closes = !(try connection.skipBody()) || !head.keepsAlive
    } catch {
      write(head, parsed, nil, connection.number, isComplete: false, faults)
      throw error
    }
    response.headers.append(("x-amz-request-id", nextRequestID()))
    response.headers.append(("Date", now.httpDate))
    response.headers.append(("Server", "FakeS3"))
    response.isHeadOnly = head.method == "HEAD"

    // Written before the answer goes out: whoever has the answer finds the request in the log.
    let number = write(head, parsed, response, connection.number, isComplete: true, faults)
    do throws(ConnectionEnded) {
      if faults.contains(where: { $0.kind == .noAnswer(afterDoing: true) }) { throw ConnectionEnded() }
      _ = try connection.send(response, BodyPlan(faults, bytesPerSecond: options.bytesPerSecond))
    } catch {
      log.withLock { log in
        if let index = log.lastIndex(where: { $0.number == number }) { log[index].isComplete = false }
      }
      throw error
    }
    return !response.closes
  }

  /// Why there is no ordinary answer.
  private enum Failure: Error {
    case refused(S3Error)
    case ended
  }

  private func answer(
    _ request: Result<S3Request, S3Error>, _ faults: [FakeFault], _ connection: inout HTTPConnection
  ) throws(ConnectionEnded) -> HTTPResponse {
    do throws(Failure) {
      try play(faults)
      guard rate.withLock({ $0?.admits(at: .now) ?? true }) else {
        throw .refused(S3Error(503, "SlowDown", "Please reduce your request rate."))
      }
      let request = try refusing { () throws(S3Error) in try request.get() }
      let signer = try refusing { () throws(S3Error) in
        let signer = try verifier.verify(request, now: now)
        try authorize(request, signer)
        return signer
      }
      let body = try readBody(of: request, signer, &connection)
      return try refusing { () throws(S3Error) in
        try checkIntegrity(request, body)
        return try perform(request, body)
      }
    } catch {
      guard case .refused(let error) = error else { throw ConnectionEnded() }
      let head = (try? request.get())?.head
      return error.response(
        resource: head?.path ?? "", requestID: nextRequestID(), isHead: head?.method == "HEAD")
    }
  }

  /// Does what the faults say before the request is looked at.
  private func play(_ faults: [FakeFault]) throws(Failure) {
    for fault in faults {
      switch fault.kind {
      case .latency(let duration):
        if stopSignal.withLock({ $0 }).wait(for: duration) { throw .ended }
      case .noAnswer(afterDoing: false): throw .ended
      case .answer(let status, let code, let message, let retryAfter):
        let headers: [(name: String, value: String)] = retryAfter.map { [("Retry-After", "\($0)")] } ?? []
        throw .refused(S3Error(status, code, message, headers: headers))
      default: break
      }
    }
  }

  private func refusing<R>(_ body: () throws(S3Error) -> R) throws(Failure) -> R {
    do throws(S3Error) {
      return try body()
    } catch {
      throw .refused(error)
    }
  }

  private func authorize(_ request: S3Request, _ signer: SigV4Verifier.Signer?) throws(S3Error) {
    if signer != nil { return }
    let isRead = request.method == "GET" || request.method == "HEAD"
    guard isRead, options.publicBuckets.contains(request.bucket) else { throw .accessDenied() }
  }

  private func readBody(
    of request: S3Request, _ signer: SigV4Verifier.Signer?, _ connection: inout HTTPConnection
  ) throws(Failure) -> ReceivedBody {
    if request.method == "PUT", (try? request.head.contentLength) == .some(nil) {
      throw .refused(S3Error(411, "MissingContentLength", "You must provide the Content-Length HTTP header."))
    }
    if request.head["content-encoding"]?.contains("aws-chunked") == true
      || signer?.payloadHash?.hasPrefix("STREAMING") == true
    {
      throw .refused(.notImplemented("aws-chunked"))
    }
    guard connection.bodyLeft <= options.maximumPutByteCount else {
      throw .refused(
        S3Error(
          400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size",
          details: [
            ("ProposedSize", "\(connection.bodyLeft)"), ("MaxSizeAllowed", "\(options.maximumPutByteCount)"),
          ]))
    }
    // Entity tags of objects in memory, and of parts everywhere, are MD5s.
    let isTagged = request.method == "PUT" && (table.tagsByMD5 || request["uploadId"] != nil)
    let digests = BodyDigests(
      sha256: signer?.payloadHash != nil || request.head["x-amz-checksum-sha256"] != nil,
      md5: isTagged || request.head["content-md5"] != nil)
    let body: ReceivedBody
    do { body = try connection.readBody(for: digests) } catch { throw .ended }
    if let hash = signer?.payloadHash, body.sha256.map(Digests.hex) != hash {
      throw .refused(
        S3Error(
          400, "XAmzContentSHA256Mismatch",
          "The provided 'x-amz-content-sha256' header does not match what was computed."))
    }
    return body
  }

  /// Adds to the log; returns the entry's number.
  @discardableResult
  private func write(
    _ head: HTTPRequestHead, _ request: S3Request?, _ response: HTTPResponse?, _ connection: Int,
    isComplete: Bool,
    _ faults: [FakeFault]
  ) -> Int {
    let number = loggedCount.wrappingAdd(1, ordering: .relaxed).oldValue
    let entry = LoggedRequest(
      number: number, connection: connection, method: head.method, bucket: request?.bucket ?? "",
      key: request?.key.text ?? "", query: head.query, range: head["range"], status: response?.status ?? 0,
      errorCode: response?.errorCode, byteCount: response?.byteCount ?? 0, isComplete: isComplete,
      faults: faults)
    log.withLock { log in
      if log.count >= 100_000 { log.removeFirst(50_000) }
      log.append(entry)
    }
    return number
  }
}

/// Runs a throwing body as a value, keeping the error's type.
func result<R, E: Error>(_ body: () throws(E) -> R) -> Result<R, E> {
  do throws(E) {
    return .success(try body())
  } catch {
    return .failure(error)
  }
}
