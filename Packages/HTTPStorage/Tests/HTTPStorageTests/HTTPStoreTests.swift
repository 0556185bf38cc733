import BinaryIO
import CloudAuth
import HTTPStorage
import HTTPTransport
import ObjectStorage
import StoreTestSupport
import Synchronization
import Testing

/// Answers by a function of the request, and keeps the requests.
final class ScriptedClient: HTTPClient {
  typealias Answer = (status: Int, headers: HTTPHeaders, body: String)
  private let answer: @Sendable (HTTPRequest) -> Answer
  private let seen = Mutex<[HTTPRequest]>([])

  init(_ answer: @escaping @Sendable (HTTPRequest) -> Answer) { self.answer = answer }

  var requests: [HTTPRequest] { seen.withLock { $0 } }

  func perform(
    _ request: HTTPRequest,
    receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  ) async throws(ObjectStoreError) -> HTTPResponse {
    seen.withLock { $0.append(request) }
    let (status, headers, text) = answer(request)
    let head = HTTPResponseHead(status: status, headers: headers)
    let body = Array(text.utf8)
    switch try receiving(head) {
    case .sink(let sink, _):
      try sink.write(body.span.bytes)
      return HTTPResponse(head: head)
    case .memory: return HTTPResponse(head: head, body: request.method == .head ? [] : body)
    }
  }
}

struct HTTPStoreTests {
  func store(
    _ address: String = "https://host/base", headers: HTTPHeaders = HTTPHeaders(),
    _ answer: @escaping @Sendable (HTTPRequest) -> ScriptedClient.Answer
  ) throws -> (HTTPStore, ScriptedClient) {
    let client = ScriptedClient(answer)
    var options = try HTTPStoreOptions(StoreURL(parsing: address))
    for field in headers.fields { options.headers.append(field.name, field.value) }
    return (HTTPStore(options: options, transport: client), client)
  }

  static let hello: ScriptedClient.Answer = (200, ["Content-Length": "5", "ETag": "\"1\""], "hello")

  @Test(
    "keys are encoded behind the base's path, and its query goes along",
    arguments: [
      ("https://host/my%20data", "a b/ü%+?#", "https://host/my%20data/a%20b/%C3%BC%25%2B%3F%23"),
      ("https://host", "x", "https://host/x"),
      ("http://host:81/a/?sig=s%2Fx&y", "k", "http://host:81/a/k?sig=s%2Fx&y"),
    ])
  func addresses(base: String, key: String, expected: String) async throws {
    let (store, client) = try store(base) { _ in Self.hello }
    _ = try await store.bytes(of: ObjectKey(parsing: key), limit: 5)
    #expect(client.requests.map(\.url.text) == [expected])
  }

  @Test(
    "addresses that could be misread are refused",
    arguments: ["https://host/a%2Fb", "https://host/a%2fb", "https://host/a%0Ab", "https://host/%zz"])
  func refused(text: String) async throws {
    await expect(.unusableURL) { try StoreURL(parsing: text) }
  }

  @Test("user and password of the address become basic authentication, and are not printed")
  func basic() async throws {
    let (store, client) = try store("https://me:hunter2%40@host/a") { _ in (401, [:], "") }
    let error = await expect(.unauthorized) { try await store.head("x") }
    // `printf 'me:hunter2@' | base64`
    #expect(client.requests[0].headers["Authorization"] == "Basic bWU6aHVudGVyMkA=")
    #expect(error?.detail == "asked as user me")
  }

  @Test("what is secret stays with the first host when it redirects to another")
  func redirects() async throws {
    let (store, client) = try store("https://me:hunter2@host/a?sig=1", headers: ["X-Key": "hunter2"]) { request in
      switch request.url.host {
      case "host" where request.url.encodedPath == "/a/x": (302, ["Location": "/moved"], "")
      case "host": (307, ["Location": "https://cdn.example/y?z=1#part"], "")
      default: Self.hello
      }
    }
    #expect(try await store.bytes(of: "x", limit: 5) == Array("hello".utf8))
    #expect(
      client.requests.map(\.url.text)
        == ["https://host/a/x?sig=1", "https://host/moved", "https://cdn.example/y?z=1"])
    #expect(client.requests.map { $0.headers["Authorization"] != nil } == [true, true, false])
    #expect(client.requests.map { $0.headers["X-Key"] != nil } == [true, true, false])
  }

  @Test(
    "redirects that are not safe end in an error",
    arguments: ["http://host/x", "ftp://host/x", "//", "https://host/a\u{7F}", "http://elsewhere/"])
  func unsafeRedirects(location: String) async throws {
    let (store, client) = try store { _ in (302, ["Location": location], "") }
    await expect(.redirected) { try await store.head("x") }
    #expect(client.requests.count == 1)
  }

  @Test("a circle of redirects ends")
  func circle() async throws {
    let (store, client) = try store { _ in (302, ["Location": "/again"], "") }
    await expect(.redirected) { try await store.bytes(of: "x", limit: 1) }
    #expect(client.requests.count == 6)
  }

  @Test(
    "where HEAD is refused or tells no size, the first byte's answer tells it",
    arguments: [405, 501, 200])
  func probes(status: Int) async throws {
    let (store, client) = try store { request in
      request.method == .head
        ? (status, [:], "") : (206, ["Content-Range": "bytes 0-0/77", "ETag": "\"t\""], "h")
    }
    let info = try await store.head("x")
    #expect(info.byteCount == 77 && info.entityTag == "\"t\"")
    #expect(client.requests.map { $0.headers["Range"] } == [nil, "bytes=0-0"])
    let (empty, _) = try self.store { request in
      request.method == .head ? (405, [:], "") : (416, ["Content-Range": "bytes */0"], "")
    }
    #expect(try await empty.head("x").byteCount == 0)
    let (gone, _) = try self.store { request in request.method == .head ? (405, [:], "") : (404, [:], "") }
    await expect(.notFound) { try await gone.head("x") }
  }

  @Test("a weak entity tag is none: the bytes behind it may differ")
  func weakTags() async throws {
    let (store, _) = try store { _ in (200, ["Content-Length": "5", "ETag": "W/\"1\""], "hello") }
    #expect(try await store.head("x").entityTag == nil)
    await expect(.preconditionFailed) {
      try await store.get("x", options: GetOptions(ifMatch: "W/\"1\""), into: MemorySink(limit: 5))
    }
  }

  @Test("what was not asked for is refused before a byte of it is taken")
  func wrongBytes() async throws {
    let answers: [ScriptedClient.Answer] = [
      Self.hello, (200, [:], "hello"), (206, ["Content-Range": "bytes 0-1/5"], "he"), (206, [:], "el"),
    ]
    for answer in answers {
      let (store, _) = try store { _ in answer }
      let sink = MemorySink(limit: 100)
      await expect(.unusableAnswer) { try await store.get("x", options: GetOptions(range: .bytes(1..<3)), into: sink) }
      #expect(sink.receivedByteCount == 0)
    }
  }

  @Test("HTTP has no listings and no writes, and says so")
  func unsupported() async throws {
    let (store, client) = try store { _ in Self.hello }
    let error = await expect(.unsupported) { try await store.list("", delimiter: nil, after: nil) }
    #expect(error?.remedy.contains("index") == true)
    await expect(.unsupported) { try await store.put("x", bytes: [1]) }
    await expect(.unsupported) { try await store.delete("x") }
    #expect(client.requests.isEmpty && store.abilities == [])
  }

  @Test(
    "a status becomes its code",
    arguments: [
      (400, ObjectStoreError.Code.rejected, RetryAdvice.never), (403, .forbidden, .never), (404, .notFound, .never),
      (410, .notFound, .never), (412, .preconditionFailed, .never), (416, .rangeNotSatisfiable, .never),
      (429, .throttled, .after(.seconds(3))), (500, .unavailable, .after(.seconds(3))),
      (503, .throttled, .after(.seconds(3))),
    ])
  func errors(status: Int, code: ObjectStoreError.Code, retry: RetryAdvice) async throws {
    let (store, _) = try store { _ in (status, ["Retry-After": "3"], "<html>") }
    let error = await expect(code) { try await store.bytes(of: "x", limit: 5) }
    #expect(error?.retry == retry && error?.status == status && error?.url == "https://host/base/x")
  }
}
