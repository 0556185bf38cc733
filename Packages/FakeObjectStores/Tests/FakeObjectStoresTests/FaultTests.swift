import FakeObjectStores
import Testing
import Threading

@Suite("Faults on the wire")
struct FaultTests {
  let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

  func server() throws -> FakeS3 {
    let server = try FakeS3()
    try server.put(bytes, bucket: "data", key: "a")
    return server
  }

  @Test("an answered error comes instead, then all is well again")
  func answered() throws {
    let server = try server()
    let client = try RawClient(server)
    for (fault, status, code) in [
      (FakeFault.slowDown(retryAfter: 7), 503, "SlowDown"), (.internalError, 500, "InternalError"),
      (.expiredToken, 400, "ExpiredToken"),
    ] {
      server.inject(fault)
      let failed = try #require(client.perform("GET", "/data/a"))
      #expect(failed.status == status && failed.element("Code") == code)
      #expect(failed.headers["retry-after"] == (code == "SlowDown" ? "7" : nil))
      #expect(client.perform("GET", "/data/a")?.body == bytes)
    }
    #expect(server.connectionCount == 1, "an error does not cost the connection")
  }

  @Test(
    "a body breaks off where it should, by an end or by a reset", arguments: [0, 1, 50_000, 99_999],
    [true, false])
  func broken(byteCount: Int, reset: Bool) throws {
    let server = try server()
    server.inject(reset ? .reset(after: byteCount) : .truncate(after: byteCount))
    let response = RawClient.response(of: try RawClient(server))
    if let response {
      #expect(response.status == 200 && response.headers["content-length"] == "100000")
      #expect(response.isBroken)
      // A reset may throw away what was received and not read yet.
      #expect(reset ? response.body.count <= byteCount : response.body == Array(bytes[..<byteCount]))
      #expect(response.isReset == reset)
    } else {
      #expect(reset)
    }
    try server.stopAndWait()
    #expect(server.requests.map(\.isComplete) == [false])
  }

  @Test("one bit of the body is another, the length is right")
  func flipped() throws {
    let server = try server()
    server.inject(.flip(at: 77_777))
    let body = try #require(RawClient.response(of: try RawClient(server))).body
    #expect(body.indices.filter { body[$0] != bytes[$0] } == [77_777] && body.count == bytes.count)
  }

  @Test("latency, stall and trickle take their time")
  func slow() throws {
    let server = try server()
    for fault in [
      FakeFault.latency(.milliseconds(120)), .stall(after: 5_000, for: .milliseconds(120)),
      .trickle(bytesPerSecond: 800_000),
    ] {
      server.inject(fault)
      let start = ContinuousClock.now
      #expect(RawClient.response(of: try RawClient(server))?.body == bytes)
      #expect(start.duration(to: .now) >= .milliseconds(115), "\(fault)")
    }
  }

  @Test("no answer at all, before or after the request was carried out")
  func unanswered() throws {
    let server = try server()
    server.inject(.noAnswer)
    server.inject(.lostAnswer, into: RequestMatch(skipping: 1))
    #expect(try RawClient(server).perform("PUT", "/data/new", body: [1]) == nil)
    #expect(server.bytes(bucket: "data", key: "new") == nil)
    #expect(try RawClient(server).perform("PUT", "/data/new", body: [1]) == nil)
    #expect(server.bytes(bucket: "data", key: "new") == [1])
    #expect(try RawClient(server).perform("GET", "/data/new")?.body == [1])
  }

  @Test("stopping ends connections in the middle of a delay, within a second")
  func stop() throws {
    let server = try server()
    server.inject(.latency(.seconds(3600)))
    server.inject(.stall(after: 10, for: .seconds(3600)), into: RequestMatch(skipping: 1))
    let clients = [try RawClient(server), try RawClient(server), try RawClient(server)]
    for client in clients { client.send(SignedRequest("GET", "/data/a").bytes()) }
    let start = ContinuousClock.now
    try server.stopAndWait()
    #expect(start.duration(to: .now) < .seconds(1))
    #expect(throws: (any Error).self) { _ = try RawClient(server) }
  }

  @Test("the bandwidth of a connection is bounded")
  func bandwidth() throws {
    let server = try FakeS3 { $0.bytesPerSecond = 1_000_000 }
    try server.put(bytes, bucket: "data", key: "a")
    let start = ContinuousClock.now
    #expect(RawClient.response(of: try RawClient(server))?.body == bytes)
    #expect(start.duration(to: .now) >= .milliseconds(95))
  }
}

extension RawClient {
  static func response(of client: RawClient) -> RawResponse? { client.perform("GET", "/data/a") }
}
