import BinaryIO
import CloudAuth
import FakeObjectStores
import GoogleCloudStorage
import HTTPTransport
import ObjectStorage
import StoreTestSupport
import Synchronization
import Testing

/// Over sockets, against a server that checks tokens, checksums and generations.
struct FakeServerTests {
  static let quick = RetryPolicy(attempts: 6, baseDelay: .milliseconds(1), progressByteCount: 1)
  let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 4) }
  let large = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 >> 9 &* 7 &+ $0) }

  func store(
    _ server: FakeGCS, token: String? = nil, bucket: String = "data",
    _ configure: (inout GCSOptions) -> Void = { _ in }
  ) throws -> GCSStore {
    let cache = token.map {
      CredentialCache<BearerToken>([ExplicitSource(BearerToken(Secret($0)), name: "a test")])
    }
    var options = GCSOptions(
      identity: cache.map { .credentials($0) } ?? .anonymous,
      endpoint: try HTTPURL(parsing: server.host.endpoint))
    options.resumableThreshold = 1 << 19
    options.chunkByteCount = 1 << 18
    configure(&options)
    return try GCSStore(bucket: bucket, options: options, transport: try CurlTransport())
  }

  @Test("refusals name the source of the token, never the token")
  func refusals() async throws {
    let server = try FakeGCS { $0.tokens = ["good"] }
    try server.put([1], bucket: "data", key: "x")
    #expect(try await store(server, token: "good").bytes(of: "x", limit: 1) == [1])
    let refused = await expect(.expiredCredential) {
      try await store(server, token: "hunter2").bytes(of: "x", limit: 1)
    }
    #expect(refused?.detail.contains("token of a test") == true)
    let anonymous = await expect(.unauthorized) { try await store(server).head("x") }
    #expect(anonymous?.remedy.contains("not public") == true)
    await expect(.notFound) { try await store(server, token: "good", bucket: "other").put("x", bytes: [1]) }
    await expect(.notFound) { try await store(server, token: "good", bucket: "other").delete("x") }
    await expect(.unusableURL) { try await store(server, bucket: "a/b").head("x") }
  }

  @Test("a token that ends is fetched anew, once for all readers")
  func renewal() async throws {
    final class Rotating: CredentialSource {
      let name = "rotating"
      let count = Mutex(0)
      func fetch() async throws(CredentialError) -> Expiring<BearerToken>? {
        let number = count.withLock { count in
          count += 1
          return count
        }
        return Expiring(
          BearerToken(Secret("token-\(number)")), expiration: .now + .seconds(3600 + number), source: name)
      }
    }
    let source = Rotating()
    let server = try FakeGCS { $0.tokens = ["token-1"] }
    try server.put(bytes, bucket: "data", key: "x")
    let inner = try store(server) { $0.identity = .credentials(CredentialCache<BearerToken>([source])) }
    let store = RetryingStore(inner, policy: Self.quick)
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    server.setTokens(["token-2"])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let read = try await store.bytes(of: "x", limit: .megabytes(1))
          #expect(read == bytes)
        }
      }
      try await group.waitForAll()
    }
    #expect(source.count.withLock { $0 } == 2)
  }

  @Test(
    "faults end with the right bytes",
    arguments: [
      FakeFault.answer(503, "backendError", "try later", retryAfter: 0), .answer(500, "backendError", "ours"),
      .answer(429, "rateLimitExceeded", "slow"), .answer(403, "userRateLimitExceeded", "slow"), .noAnswer,
      .reset(after: 0), .reset(after: 20_000), .truncate(after: 0), .truncate(after: 50_000),
      .latency(.milliseconds(20)), .trickle(bytesPerSecond: 10_000_000), .answer(401, "authError", "Invalid"),
    ])
  func faults(fault: FakeFault) async throws {
    let server = try FakeGCS { $0.tokens = ["good"] }
    try server.put(bytes, bucket: "data", key: "x")
    let store = RetryingStore(try store(server, token: "good"), policy: Self.quick)
    server.host.inject(fault, into: RequestMatch(method: "GET", count: 2))
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    server.host.inject(fault, into: RequestMatch(method: "GET", count: 1))
    #expect(
      try await store.bytes(of: "x", range: .bytes(1000..<40_000), limit: .megabytes(1))
        == Array(bytes[1000..<40_000]))
    server.host.inject(fault, into: RequestMatch(method: "POST", count: 1))
    try await store.put("y", bytes: bytes)
    #expect(server.bytes(bucket: "data", key: "y") == bytes)
    server.host.inject(fault, into: RequestMatch(method: "GET", count: 1))
    #expect(try await store.allObjects().map(\.key) == ["x", "y"])
  }

  @Test("a bit that flips on the way is noticed by the checksum, either way")
  func flippedBits() async throws {
    let server = try FakeGCS()
    try server.put(bytes, bucket: "data", key: "x")
    server.host.inject(.flip(at: 1234), into: RequestMatch(method: "GET"))
    await expect(.corrupt) { try await store(server).bytes(of: "x", limit: .megabytes(1)) }
    #expect(try await store(server).bytes(of: "x", limit: .megabytes(1)) == bytes)
    // What the service finds wrong is refused by it and stores nothing.
    final class Changing: ByteSource {
      let byteCount = 1000
      let reads = Atomic<Int>(0)
      func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
        let round = reads.wrappingAdd(1, ordering: .relaxed).newValue
        var left = byteCount - byteOffset
        while left > 0, !out.isFull {
          out.append(UInt8(truncatingIfNeeded: round))
          left -= 1
        }
      }
    }
    await expect(.rejected) { try await store(server).put("y", from: Changing(), options: PutOptions()) }
    #expect(server.keys(bucket: "data") == ["x"])
  }

  @Test("a reset body is asked for from where it broke, of the same generation")
  func resumes() async throws {
    let server = try FakeGCS()
    try server.put(bytes, bucket: "data", key: "x")
    server.host.inject(.truncate(after: 40_000), into: RequestMatch(method: "GET", count: 1))
    let store = RetryingStore(try store(server), policy: Self.quick)
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    #expect(server.host.requests.map(\.range) == [nil, "bytes=40000-59999"])
    #expect(server.host.requests[1].query?.contains("ifGenerationMatch=17") == true)
  }

  @Test(
    "a session goes on where it broke",
    arguments: [
      FakeFault.noAnswer, .lostAnswer, .answer(503, "backendError", "later"), .answer(500, "backendError", "ours"),
      .reset(after: 0),
    ])
  func sessions(fault: FakeFault) async throws {
    let server = try FakeGCS { $0.keptByteCount = 300_000 }
    let store = try store(server)
    for skipping in 0..<5 {
      server.host.inject(fault, into: RequestMatch(method: "PUT", skipping: skipping, count: 1))
      let name = "big-\(skipping)"
      let info = try await store.put(
        ObjectKey(parsing: name), bytes: large, options: PutOptions(contentType: "application/x-mds"))
      #expect(info.byteCount == large.count)
      #expect(server.bytes(bucket: "data", key: name) == large)
      server.host.clearFaults()
    }
  }

  @Test("a session that fails is ended, and stores nothing; one writer wins")
  func failedSessions() async throws {
    let server = try FakeGCS()
    let store = try store(server)
    server.host.inject(.answer(403, "forbidden", "no"), into: RequestMatch(method: "PUT", skipping: 1))
    await expect(.forbidden) { try await store.put("big", bytes: large) }
    #expect(server.keys(bucket: "data") == [] && server.openSessionCount == 0)
    try await store.put("big", bytes: large, options: PutOptions(createOnly: true))
    await expect(.alreadyExists) { try await store.put("big", bytes: large, options: PutOptions(createOnly: true)) }
  }

  @Test("a session's address elsewhere than at the service is refused: the token would go there")
  func strangeSession() async throws {
    final class Client: HTTPClient {
      let requests = Mutex<[HTTPRequest]>([])
      func perform(
        _ request: HTTPRequest,
        receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
      ) async throws(ObjectStoreError) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        let head = HTTPResponseHead(status: 200, headers: ["Location": "https://evil.example/session"])
        _ = try receiving(head)
        return HTTPResponse(head: head)
      }
    }
    let client = Client()
    var options = GCSOptions(identity: .anonymous, endpoint: try HTTPURL(parsing: "https://storage.googleapis.com"))
    options.resumableThreshold = 1
    let store = try GCSStore(bucket: "data", options: options, transport: client)
    await expect(.redirected) { try await store.put("x", bytes: [1, 2]) }
    #expect(client.requests.withLock { $0.map(\.url.host) } == ["storage.googleapis.com"])
  }

  @Test("copies happen at the service, in steps")
  func copies() async throws {
    let server = try FakeGCS { $0.copyStepByteCount = 20_000 }
    try server.put(bytes, bucket: "data", key: "a/x")
    let store = try store(server)
    let info = try await store.copy("a/x", to: "b/ü y", options: PutOptions(createOnly: true))
    #expect(info.byteCount == bytes.count && server.bytes(bucket: "data", key: "b/ü y") == bytes)
    #expect(server.host.requests.filter { $0.method == "POST" }.count == 3)
    await expect(.alreadyExists) { try await store.copy("a/x", to: "b/ü y", options: PutOptions(createOnly: true)) }
    await expect(.notFound) { try await store.copy("none", to: "c", options: PutOptions()) }
  }

  @Test("listing starts where asked")
  func startingAfter() async throws {
    let server = try FakeGCS { $0.pageLength = 3 }
    for name in ["a", "b", "b/1", "b/2", "c", "d"] { try server.put([1], bucket: "data", key: name) }
    let store = try store(server)
    let page = try await store.list("", delimiter: nil, startingAfter: "b", after: nil)
    #expect(page.objects.map(\.key) == ["b/1", "b/2"])
    let folded = try await store.list("", delimiter: "/", startingAfter: "b", after: nil)
    #expect(folded.prefixes == ["b/"])
  }

  @Test("damaged JSON ends in an error, never in a crash or a wrong listing")
  func damage() async throws {
    let whole = #"{"items":[{"name":"a","size":"3","generation":"5"}],"prefixes":["b/"],"nextPageToken":"t"}"#
    final class Client: HTTPClient {
      let body = Mutex<[UInt8]>([])
      func perform(
        _ request: HTTPRequest,
        receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
      ) async throws(ObjectStoreError) -> HTTPResponse {
        let head = HTTPResponseHead(status: 200, headers: [:])
        _ = try receiving(head)
        return HTTPResponse(head: head, body: body.withLock { $0 })
      }
    }
    let client = Client()
    let store = try GCSStore(
      bucket: "data",
      options: GCSOptions(identity: .anonymous, endpoint: try HTTPURL(parsing: "http://h")), transport: client)
    client.body.withLock { $0 = Array(whole.utf8) }
    let page = try await store.list("", delimiter: "/", after: nil)
    #expect(page.objects == [ObjectInfo(key: "a", byteCount: 3, entityTag: "5")] && page.nextToken == "t")
    for position in 0..<whole.utf8.count {
      client.body.withLock { body in
        body = Array(whole.utf8)
        body[position] ^= 0x15
      }
      _ = try? await store.list("", delimiter: "/", after: nil)
    }
    for text in [#"{"items":[{"name":"a"}]}"#, #"{"items":[{"name":"a","size":"-3","generation":"5"}]}"#, "", "[", #"{"prefixes":[1]}"#] {
      client.body.withLock { $0 = Array(text.utf8) }
      await expect(.unusableAnswer) { try await store.list("", delimiter: "/", after: nil) }
    }
    client.body.withLock { $0 = Array(#"{"items":[{"name":"a/../b","size":"3","generation":"5"}]}"#.utf8) }
    #expect(try await store.list("", delimiter: nil, after: nil).unusableKeyCount == 1)
  }
}
