import BinaryIO
import Foundation
import HTTPTransport
import ObjectStorage
import Testing
import Threading

struct CurlTransportTests {
  @Test("sends method, path, query and headers as given, and reads the answer's")
  func roundTrip() async throws {
    let server = try TinyServer { _ in
      [TinyServer.answer("404 Gone Fishing", ["x-A:  1 ", "X-a: 2", "ETag: \"é\"", "Empty:"], "nothing")]
    }
    let transport = try CurlTransport()
    var url = try HTTPURL(parsing: server.url)
    url.encodedPath = "/a%20b/../c/./%2e%2e/é".replacing("é", with: "%C3%A9")
    url.encodedQuery = "x=1&y"
    let response = try await transport.perform(
      HTTPRequest(.get, url, headers: ["X-One": "1", "X-None": ""]))
    #expect(response.head.status == 404)
    #expect(response.head.headers["X-A"] == "1")
    #expect(response.head.headers.fields.filter { $0.name.lowercased() == "x-a" }.map(\.value) == ["1", "2"])
    #expect(response.head.headers["etag"] == "\"é\"")
    #expect(response.head.headers["empty"] == "")
    #expect(response.body == Array("nothing".utf8))
    let seen = try #require(server.monitor.withLock { $0.requests.first })
    #expect(seen.line == "GET /a%20b/../c/./%2e%2e/%C3%A9?x=1&y HTTP/1.1")
    #expect(seen.headers["x-one"] == "1" && seen.headers["x-none"] == "")
    #expect(seen.headers["host"] == "127.0.0.1:\(server.port)")
  }

  @Test(
    "puts a source's bytes with their length, without waiting for `100 Continue`",
    arguments: [0, 1, 3_000_000])
  func puts(byteCount: Int) async throws {
    let server = try TinyServer { request in [TinyServer.answer("200 OK", [], "\(request.body.count)")] }
    let transport = try CurlTransport()
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 5) }
    for method in [HTTPRequest.Method.put, .post] {
      let response = try await transport.perform(
        HTTPRequest(method, HTTPURL(parsing: server.url), body: MemorySource(bytes)))
      #expect(response.body == Array("\(byteCount)".utf8))
    }
    let seen = server.monitor.withLock { $0.requests }
    #expect(seen.map { $0.body == bytes } == [true, true])
    #expect(seen.map(\.line) == ["PUT / HTTP/1.1", "POST / HTTP/1.1"])
    for request in seen {
      #expect(request.headers["content-length"] == "\(byteCount)")
      #expect(request.headers["expect"] == nil && request.headers["transfer-encoding"] == nil)
    }
  }

  @Test("head and delete have no body, redirects are answers, interim answers none")
  func methods() async throws {
    let server = try TinyServer { request in
      if request.line.hasPrefix("HEAD") {
        return [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n".utf8))]
      }
      return [
        .send(Array("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".utf8)),
        TinyServer.answer("301 Moved", ["Location: http://127.0.0.1:1/"]),
      ]
    }
    let transport = try CurlTransport()
    let head = try await transport.perform(HTTPRequest(.head, HTTPURL(parsing: server.url)))
    #expect(head.head.headers["content-length"] == "77" && head.body.isEmpty)
    let delete = try await transport.perform(HTTPRequest(.delete, HTTPURL(parsing: server.url)))
    #expect(delete.head.status == 301 && delete.head.headers["link"] == nil)
    #expect(server.monitor.withLock { $0.requests.map(\.line) } == ["HEAD / HTTP/1.1", "DELETE / HTTP/1.1"])
  }

  @Test("reuses its connection, and keeps to the number of requests at once")
  func reuse() async throws {
    let server = try TinyServer { _ in [TinyServer.answer("200 OK", [], "x")] }
    var options = CurlOptions()
    options.maximumConcurrentRequests = 3
    let transport = try CurlTransport(options)
    let url = try HTTPURL(parsing: server.url)
    for _ in 0..<10 { _ = try await transport.perform(HTTPRequest(.get, url)) }
    #expect(server.monitor.withLock { $0.connections } == 1)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<200 { group.addTask { _ = try await transport.perform(HTTPRequest(.get, url)) } }
      try await group.waitForAll()
    }
    #expect(server.monitor.withLock { $0.requests.count } == 210)
    #expect(server.monitor.withLock { $0.connections } <= 3)
  }

  @Test("a header that could end the line is never sent", arguments: ["a\r\nX: y", "a\nb", "a\u{0}b"])
  func injection(value: String) async throws {
    let server = try TinyServer { _ in [TinyServer.answer()] }
    let transport = try CurlTransport()
    for headers in [["X": value], [value: "x"]] as [HTTPHeaders] {
      await expect(.misconfigured) {
        try await transport.perform(HTTPRequest(.get, HTTPURL(parsing: server.url), headers: headers))
      }
    }
    #expect(server.monitor.withLock { $0.connections } == 0)
  }
}

/// Expects an ``ObjectStoreError`` of a code, and returns it.
@discardableResult
func expect<R>(
  _ code: ObjectStoreError.Code, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () async throws -> R
) async -> ObjectStoreError? {
  let error = await #expect(throws: ObjectStoreError.self, sourceLocation: sourceLocation) {
    _ = try await body()
  }
  #expect(error?.code == code, sourceLocation: sourceLocation)
  return error
}
