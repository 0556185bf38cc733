import ObjectStorage
import Synchronization


/// The outside of a fake server, the same for each service: where it listens, what goes wrong, what was asked.
public final class FakeHost: Sendable {
  private let handler: FakeHandler
  private let server: HTTPServer

  init(_ service: any FakeService) throws(FakeServerError) {
    handler = FakeHandler(service)
    server = try HTTPServer("fake-" + service.name.lowercased(), handler)
    handler.start(endpoint: "http://127.0.0.1:\(server.port)", server.stopSignal)
  }

  deinit { server.stop() }

  /// The port on 127.0.0.1.
  public var port: Int { Int(server.port) }
  /// `http://127.0.0.1:port`.
  public var endpoint: String { "http://127.0.0.1:\(server.port)" }
  /// Connections accepted since the start.
  public var connectionCount: Int { server.connectionCount }

  /// Breaks all connections and refuses new ones. Returns at once.
  public func stop() { server.stop() }

  /// Lets requests go wrong. Several faults may hit one request.
  public func inject(_ fault: FakeFault, into match: RequestMatch = RequestMatch()) {
    handler.script.withLock { $0.add(fault, match) }
  }

  /// Forgets all faults that are still to come.
  public func clearFaults() { handler.script.withLock { $0.clear() } }

  /// Sets the server's clock forward or back against the true time.
  public func setClockOffset(_ offset: Duration) { handler.clockOffset.withLock { $0 = offset } }

  /// The requests so far, at most the newest 100,000. One is in it before its client has the answer.
  public var requests: [LoggedRequest] { handler.log.withLock { $0 } }

  /// Forgets the requests so far.
  public func clearRequests() { handler.log.withLock { $0 = [] } }
}

/// Plays the faults, has the service answer, and keeps the log.
final class FakeHandler: HTTPHandler {
  let service: any FakeService
  let script = Mutex(FaultScript())
  let log = Mutex<[LoggedRequest]>([])
  let clockOffset = Mutex(Duration.zero)
  private let place = Mutex<(endpoint: String, stop: StopSignal)>(("", StopSignal()))
  private let loggedCount = Atomic<Int>(0)

  init(_ service: any FakeService) { self.service = service }

  func start(endpoint: String, _ stop: StopSignal) { place.withLock { $0 = (endpoint, stop) } }

  private var now: UnixTime { .now + clockOffset.withLock { $0 } }

  func refusal(_ flaw: HTTPRequestHead.Flaw) -> HTTPResponse {
    var response = service.failure(flaw.status, "BadRequest", flaw.message)
    response.closes = true
    return response
  }

  func handle(_ head: HTTPRequestHead, on connection: inout HTTPConnection) throws(ConnectionEnded) -> Bool {
    let target = service.target(of: head)
    let faults = script.withLock { $0.faults(method: head.method, key: target.key) }
    var response: HTTPResponse
    do throws(ConnectionEnded) {
      response = try answer(head, faults, &connection)
      response.closes = !(try connection.skipBody()) || !head.keepsAlive
    } catch {
      write(head, target, nil, connection.number, isComplete: false, faults)
      throw error
    }
    response.headers.append(("Date", now.httpDate))
    response.headers.append(("Server", service.name))
    response.isHeadOnly = head.method == "HEAD"
    // Written before the answer goes out: whoever has the answer finds the request in the log.
    let number = write(head, target, response, connection.number, isComplete: true, faults)
    do throws(ConnectionEnded) {
      if faults.contains(where: { $0.kind == .noAnswer(afterDoing: true) }) { throw ConnectionEnded() }
      _ = try connection.send(response, BodyPlan(faults))
    } catch {
      log.withLock { log in
        if let index = log.lastIndex(where: { $0.number == number }) { log[index].isComplete = false }
      }
      throw error
    }
    return !response.closes
  }

  private func answer(
    _ head: HTTPRequestHead, _ faults: [FakeFault], _ connection: inout HTTPConnection
  ) throws(ConnectionEnded) -> HTTPResponse {
    let (endpoint, stop) = place.withLock { $0 }
    for fault in faults {
      switch fault.kind {
      case .latency(let duration):
        if stop.wait(for: duration) { throw ConnectionEnded() }
      case .noAnswer(afterDoing: false): throw ConnectionEnded()
      case .answer(let status, let code, let message, let retryAfter):
        var response = service.failure(status, code, message)
        if let retryAfter { response.headers.append(("Retry-After", "\(retryAfter)")) }
        return response
      default: break
      }
    }
    guard connection.bodyLeft <= service.maximumBodyByteCount else {
      return service.failure(413, "RequestBodyTooLarge", "The request's body is too large.")
    }
    let body = try connection.readBody().bytes
    return service.answer(FakeRequest(head: head, body: body, now: now, endpoint: endpoint))
  }

  /// Adds to the log; returns the entry's number.
  @discardableResult
  private func write(
    _ head: HTTPRequestHead, _ target: (bucket: String, key: String), _ response: HTTPResponse?,
    _ connection: Int, isComplete: Bool, _ faults: [FakeFault]
  ) -> Int {
    let number = loggedCount.wrappingAdd(1, ordering: .relaxed).oldValue
    let entry = LoggedRequest(
      number: number, connection: connection, method: head.method, bucket: target.bucket, key: target.key,
      query: head.query, range: head["range"], status: response?.status ?? 0,
      errorCode: response?.errorCode, byteCount: response?.byteCount ?? 0, isComplete: isComplete,
      faults: faults)
    log.withLock { log in
      if log.count >= 100_000 { log.removeFirst(50_000) }
      log.append(entry)
    }
    return number
  }
}
