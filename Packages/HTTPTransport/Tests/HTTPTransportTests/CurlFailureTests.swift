import BinaryIO
import Foundation
import HTTPTransport
import ObjectStorage
import Testing
import Threading

struct CurlFailureTests {
  static let partHead = Array("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nETag: \"1\"\r\n\r\n".utf8)
  static let part = partHead + [UInt8](repeating: 7, count: 1000)
  static let info = ObjectInfo(key: "a", byteCount: 100_000, entityTag: "\"1\"")

  func get(
    _ server: TinyServer, into sink: any ByteSink, _ options: CurlOptions = CurlOptions()
  ) async throws -> HTTPResponse {
    try await CurlTransport(options).perform(HTTPRequest(.get, HTTPURL(parsing: server.url))) {
      (_) throws(ObjectStoreError) in .sink(sink, describing: Self.info)
    }
  }

  @Test("a body that breaks off keeps what came and tells of the object", arguments: [true, false])
  func brokenBody(resets: Bool) async throws {
    let server = try TinyServer { _ in [.send(Self.part), resets ? .reset : .close] }
    let sink = MemorySink(limit: .megabytes(1))
    let error = await expect(.interrupted) { try await get(server, into: sink) }
    #expect(error?.partial == Self.info)
    #expect(error?.retry == .now)
    // A reset may discard bytes that had arrived; an orderly end may not.
    #expect(resets ? sink.receivedByteCount <= 1000 : sink.receivedByteCount == 1000)
  }

  @Test("a connection that ends before the head is a failed connection")
  func noHead() async throws {
    let closing = try TinyServer { _ in [.close] }
    let error = await expect(.connectionFailed) { try await get(closing, into: MemorySink(limit: 1)) }
    #expect(error?.partial == nil)
    let cut = try TinyServer { _ in [.send(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)), .close] }
    let half = await expect(.unusableAnswer) { try await get(cut, into: MemorySink(limit: 1)) }
    #expect(half?.retry == .now)
    let nonsense = try TinyServer { _ in [.send(Array("SSH-2.0-x\r\n".utf8)), .close] }
    await #expect(throws: ObjectStoreError.self) { try await get(nonsense, into: MemorySink(limit: 100)) }
  }

  @Test("a stalled transfer is cut, and its connection closed")
  func stall() async throws {
    let server = try TinyServer { _ in [.send(Self.part), .awaitClose, .close] }
    var options = CurlOptions()
    options.stallTimeout = .seconds(1)
    let sink = MemorySink(limit: .megabytes(1))
    let error = await expect(.timedOut) { try await get(server, into: sink, options) }
    #expect(error?.partial == Self.info)
    #expect(sink.receivedByteCount == 1000)
    try await server.wait { $0.closedByClient == 1 }
  }

  @Test("a time limit holds for the whole exchange")
  func timeLimit() async throws {
    let server = try TinyServer { _ in [.awaitClose, .close] }
    let transport = try CurlTransport()
    let request = HTTPRequest(.get, try HTTPURL(parsing: server.url), timeLimit: .milliseconds(100))
    await expect(.timedOut) { try await transport.perform(request) }
  }

  @Test("cancelling closes the transfer's connection, whatever it was doing", arguments: [true, false])
  func cancel(inBody: Bool) async throws {
    let server = try TinyServer { _ in [.send(inBody ? Self.part : []), .awaitClose, .close] }
    let sink = MemorySink(limit: .megabytes(1))
    let task = Task { try await get(server, into: sink) }
    try await server.wait { $0.requests.count == 1 }
    task.cancel()
    await expect(.cancelled) { try await task.value }
    try await server.wait { $0.closedByClient == 1 }
  }

  @Test("a request of a cancelled task is not sent")
  func cancelledBefore() async throws {
    let server = try TinyServer { _ in [TinyServer.answer()] }
    let transport = try CurlTransport()
    let gate = Monitor(false)
    let task = Task {
      _ = try? await gate.waitAsync(until: .after(.seconds(20)), charging: StallCause("test")) {
        $0 ? true : nil
      }
      return try await transport.perform(HTTPRequest(.get, HTTPURL(parsing: server.url)))
    }
    task.cancel()
    gate.notifying { $0 = true }
    await expect(.cancelled) { try await task.value }
  }

  @Test("what a sink, a source or the receiver of the head throws ends the transfer, unchanged")
  func ownErrors() async throws {
    let server = try TinyServer { _ in [.send(Self.part), .awaitClose, .close] }
    await expect(.tooLarge) { try await get(server, into: MemorySink(limit: 999)) }
    let transport = try CurlTransport()
    let url = try HTTPURL(parsing: server.url)
    await expect(.forbidden) {
      try await transport.perform(HTTPRequest(.get, url)) { (head) throws(ObjectStoreError) in
        throw ObjectStoreError(.forbidden, url: "x", status: head.status)
      }
    }
    await expect(.localFile) { try await transport.perform(HTTPRequest(.put, url, body: BrokenSource())) }
    await expect(.unusableAnswer) {
      try await transport.perform(HTTPRequest(.get, url)) { (_) throws(ObjectStoreError) in
        .memory(limit: 999)
      }
    }
    try await server.wait { $0.closedByClient >= 2 }
  }

  @Test("headers without end are refused")
  func endlessHeaders() async throws {
    let line = Array(("X: " + String(repeating: "y", count: 8000) + "\r\n").utf8)
    let server = try TinyServer { _ in
      [.send(Array("HTTP/1.1 200 OK\r\n".utf8))] + Array(repeating: .send(line), count: 200) + [.close]
    }
    await #expect(throws: ObjectStoreError.self) { try await get(server, into: MemorySink(limit: 1)) }
  }

  @Test("a port that nobody listens on is unreachable, with advice to try again")
  func refused() async throws {
    let transport = try CurlTransport()
    let error = await expect(.unreachable) {
      try await transport.perform(HTTPRequest(.get, HTTPURL(parsing: "http://127.0.0.1:1")))
    }
    #expect(error?.retry == .now)
  }

  @Test("a retrying store resumes over a connection that resets in the middle")
  func resumes() async throws {
    let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 4) }
    let server = try TinyServer { request in
      let start = request.headers["range"].flatMap { Int($0.dropFirst(6).prefix { $0 != "-" }) } ?? 0
      let rest = Array(body[start...])
      let head = "HTTP/1.1 \(start == 0 ? 200 : 206) OK\r\nContent-Length: \(rest.count)\r\n\r\n"
      return [.send(Array(head.utf8) + rest.prefix(30_000)), rest.count > 30_000 ? .close : .send([])]
    }
    let store = RetryingStore(
      BareStore(url: try HTTPURL(parsing: server.url), transport: try CurlTransport()),
      policy: RetryPolicy(attempts: 3, baseDelay: .zero, progressByteCount: 1))
    #expect(try await store.bytes(of: "a", limit: .megabytes(1)) == body)
    let seen = server.monitor.withLock { $0.requests }
    #expect(
      seen.map { $0.headers["range"] } == [
        nil, "bytes=30000-99999", "bytes=60000-99999", "bytes=90000-99999",
      ])
    #expect(seen.map { $0.headers["if-match"] } == [nil, "\"1\"", "\"1\"", "\"1\""])
  }
}

/// The shortest store over HTTP: one object.
struct BareStore: ObjectStore {
  let url: HTTPURL
  let transport: CurlTransport
  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { CurlFailureTests.info }
  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    var headers = HTTPHeaders()
    headers["Range"] = options.range?.headerValue
    headers["If-Match"] = options.ifMatch
    _ = try await transport.perform(HTTPRequest(.get, url, headers: headers)) {
      (_) throws(ObjectStoreError) in
      .sink(sink, describing: CurlFailureTests.info)
    }
    return CurlFailureTests.info
  }
}

struct BrokenSource: ByteSource {
  let byteCount = 10
  func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    throw ObjectStoreError(.localFile, url: "broken")
  }
}
