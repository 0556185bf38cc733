import AzureStorage
import BinaryIO
import CloudAuth
import FakeObjectStores
import HTTPTransport
import ObjectStorage
import StoreTestSupport
import Synchronization
import Testing

/// Over sockets, against a server that checks keys, signatures and tokens.
struct FakeServerTests {
  static let quick = RetryPolicy(attempts: 6, baseDelay: .milliseconds(1), progressByteCount: 1)
  let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 4) }
  let large = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 >> 9 &* 7 &+ $0) }

  func inBlocks(_ options: inout AzureOptions) {
    options.blockThreshold = 1 << 19
    options.blockByteCount = 1 << 18
  }

  @Test("refusals name the source of the credential, never the secret")
  func refusals() async throws {
    let server = try FakeAzure()
    try server.put([1], container: "data", key: "x")
    let other = try #require(AzureSharedKey(account: server.options.account, base64Key: "aHVudGVyMg=="))
    let refused = await expect(.unauthorized) { try await server.store(.sharedKey(other)).head("x") }
    #expect(refused?.detail.contains("credentials of a test") == true)
    await expect(.unauthorized) { try await server.store(isAnonymous: true).bytes(of: "x", limit: 1) }
    await expect(.notFound) { try await server.store(container: "other").put("x", bytes: [1]) }
    await expect(.notFound) { try await server.store(container: "other").delete("x") }
    await expect(.unusableURL) { try server.store(container: "A/b") }
  }

  @Test("public containers are read without authorization when asked for")
  func anonymous() async throws {
    let server = try FakeAzure { $0.publicContainers = ["data"] }
    try server.put([1, 2], container: "data", key: "x")
    let store = try server.store(isAnonymous: true)
    #expect(try await store.bytes(of: "x", limit: 2) == [1, 2])
    #expect(try await store.allObjects().map(\.key) == ["x"])
  }

  @Test("a shared access signature grants what it says, until its end")
  func signature() async throws {
    let server = try FakeAzure()
    try server.put(bytes, container: "data", key: "ü x+y%")
    func store(_ permissions: String, _ end: UnixTime) throws -> AzureStore {
      let text = server.sharedAccessSignature(container: "data", permissions: permissions, until: end)
      return try server.store(.sharedAccessSignature(Secret(text)), inBlocks)
    }
    let later = UnixTime.now + .seconds(3600)
    let reader = try store("rl", later)
    #expect(try await reader.bytes(of: "ü x+y%", limit: .megabytes(1)) == bytes)
    #expect(try await reader.allObjects().map(\.key) == ["ü x+y%"])
    await expect(.unauthorized) { try await reader.put("y", bytes: [1]) }
    await expect(.unauthorized) { try await store("rl", .now + .seconds(-5)).head("ü x+y%") }
    let writer = try store("racwdl", later)
    try await writer.put("big", bytes: large)
    #expect(server.bytes(container: "data", key: "big") == large)
    _ = try await writer.copy("big", to: "copy", options: PutOptions())
    try await writer.delete("big")
    #expect(server.keys(container: "data") == ["copy", "ü x+y%"])
  }

  @Test("a URL signed by the account's key reads and writes one blob, without other credentials")
  func presigned() async throws {
    let server = try FakeAzure()
    let store = try server.store()
    let transport = try CurlTransport()
    let writing = try await store.presignedURL(for: .writing, "a/ü y", lifetime: .seconds(60))
    var request = HTTPRequest(.put, try HTTPURL(parsing: writing.text), body: MemorySource(bytes))
    request.headers["x-ms-blob-type"] = "BlockBlob"
    #expect(try await transport.perform(request).head.status == 201)
    let reading = try await store.presignedURL(for: .reading, "a/ü y", lifetime: .seconds(60))
    let response = try await transport.perform(HTTPRequest(.get, try HTTPURL(parsing: reading.text)))
    #expect(response.head.status == 200 && response.body == bytes)
    let wrong = try HTTPURL(parsing: reading.text.replacing("a/", with: "b/"))
    #expect(try await transport.perform(HTTPRequest(.get, wrong)).head.status == 403)
  }

  @Test("a clock that is off is put right after one refusal", arguments: [-7200, 7200])
  func clock(seconds: Int) async throws {
    let server = try FakeAzure()
    server.host.setClockOffset(.seconds(seconds))
    let store = RetryingStore(try server.store(), policy: Self.quick)
    try await store.put("a", bytes: [1])
    try await store.put("b", bytes: [1])
    #expect(server.host.requests.map(\.status) == [403, 201, 201])
  }

  @Test("a token that ends is fetched anew")
  func renewal() async throws {
    final class Rotating: CredentialSource {
      let name = "rotating"
      let count = Mutex(0)
      func fetch() async throws(CredentialError) -> Expiring<AzureCredential>? {
        let number = count.withLock { count in
          count += 1
          return count
        }
        return Expiring(
          .bearer(BearerToken(Secret("token-\(number)"))), expiration: .now + .seconds(3600 + number), source: name)
      }
    }
    let source = Rotating()
    let server = try FakeAzure { $0.tokens = ["token-1"] }
    try server.put(bytes, container: "data", key: "x")
    let inner = try server.store(nil) { $0.identity = .credentials(CredentialCache<AzureCredential>([source])) }
    let store = RetryingStore(inner, policy: Self.quick)
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    server.setTokens(["token-2"])
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    #expect(source.count.withLock { $0 } == 2)
  }

  @Test(
    "faults end with the right bytes",
    arguments: [
      FakeFault.answer(503, "ServerBusy", "slow", retryAfter: 0), .answer(500, "InternalError", "ours"),
      .answer(500, "OperationTimedOut", "late"), .noAnswer, .reset(after: 0), .reset(after: 20_000),
      .truncate(after: 0), .truncate(after: 50_000), .latency(.milliseconds(20)),
      .trickle(bytesPerSecond: 10_000_000), .answer(429, "", "slow"), .answer(400, "InvalidBlockList", "raced"),
    ])
  func faults(fault: FakeFault) async throws {
    let server = try FakeAzure()
    try server.put(bytes, container: "data", key: "x")
    let store = RetryingStore(try server.store(nil, inBlocks), policy: Self.quick)
    server.host.inject(fault, into: RequestMatch(method: "GET", count: 2))
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    server.host.inject(fault, into: RequestMatch(method: "GET", count: 1))
    #expect(
      try await store.bytes(of: "x", range: .bytes(1000..<40_000), limit: .megabytes(1))
        == Array(bytes[1000..<40_000]))
    for body in [bytes, large] {
      for skipping in 0..<3 {
        server.host.inject(fault, into: RequestMatch(method: "PUT", skipping: skipping, count: 1))
        try await store.put("y", bytes: body)
        #expect(server.bytes(container: "data", key: "y") == body)
        server.host.clearFaults()
      }
    }
    server.host.inject(fault, into: RequestMatch(method: "GET", count: 1))
    #expect(try await store.allObjects().map(\.key) == ["x", "y"])
  }

  @Test("a reset body is asked for from where it broke")
  func resumes() async throws {
    let server = try FakeAzure()
    try server.put(bytes, container: "data", key: "x")
    server.host.inject(.truncate(after: 40_000), into: RequestMatch(method: "GET", count: 1))
    let store = RetryingStore(try server.store(), policy: Self.quick)
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    #expect(server.host.requests.map(\.range) == [nil, "bytes=40000-59999"])
  }

  @Test("a copy that takes its time is waited for")
  func pendingCopies() async throws {
    let server = try FakeAzure { $0.pendingCopyLooks = 3 }
    try server.put(bytes, container: "data", key: "a")
    let info = try await server.store().copy("a", to: "b", options: PutOptions(createOnly: true))
    #expect(info.byteCount == bytes.count)
    #expect(server.host.requests.filter { $0.method == "HEAD" }.count >= 3)
  }

  @Test("names that the service's XML can't hold are refused", arguments: ["a\u{FFFE}", "\u{FFFF}"])
  func unusableNames(name: String) async throws {
    let server = try FakeAzure()
    await expect(.unusableKey) { try await server.store().put(ObjectKey(parsing: name), bytes: [1]) }
    #expect(server.host.requests.isEmpty)
  }
}
