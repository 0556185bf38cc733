import BinaryIO
import CloudAuth
import FakeObjectStores
import HTTPStorage
import HTTPTransport
import ObjectStorage
import ObjectStoreConformance
import StoreTestSupport
import Synchronization
import Testing

struct HubStoreTests {
  static let quick = RetryPolicy(attempts: 6, baseDelay: .milliseconds(1), progressByteCount: 1)
  let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 4) }

  func store(_ hub: FakeHub, token: String? = nil, _ address: String = "hf://datasets/org/data") throws -> HubStore {
    HubStore(
      try HubAddress(StoreURL(parsing: address)),
      options: HubOptions(endpoint: try HTTPURL(parsing: hub.host.endpoint), token: token.map { Secret($0) }),
      transport: try CurlTransport())
  }

  /// Puts through the fake's own door, reads through the store.
  struct Written: ObjectStore {
    let hub: FakeHub
    let store: HubStore

    func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { try await store.head(key) }
    func get(
      _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
    ) async throws(ObjectStoreError) -> ObjectInfo {
      try await store.get(key, options: options, into: sink)
    }
    func list(
      _ prefix: String, delimiter: String?, after token: String?
    ) async throws(ObjectStoreError) -> ListPage {
      try await store.list(prefix, delimiter: delimiter, after: token)
    }
    func put(
      _ key: ObjectKey, from source: any ByteSource, options: PutOptions
    ) async throws(ObjectStoreError) -> ObjectInfo {
      guard !options.createOnly, options.ifMatch == nil else {
        throw ObjectStoreError(.unsupported, url: "hub", detail: "the Hub is written to by commits")
      }
      // A file can't be a folder in a repository.
      if key.text.hasSuffix("/a/b") {
        throw ObjectStoreError(.unsupported, url: "hub", detail: "a file that is a folder")
      }
      let bytes = try source.bytes(at: 0, count: source.byteCount)
      do {
        try hub.put(bytes, repository: "org/data", path: key.text, isLarge: source.byteCount > 1000)
      } catch {
        throw ObjectStoreError(.rejected, url: "hub", detail: "\(error)")
      }
      return try await store.head(key)
    }
    func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
      hub.remove(repository: "org/data", path: key.text)
    }
    var abilities: StoreAbilities { store.abilities }
  }

  @Test("the suite of all stores passes, over the Hub's own way of writing")
  func conformance() async throws {
    let hub = try FakeHub(pageLength: 7)
    let written = Written(hub: hub, store: try store(hub))
    var skipped: [String] = []
    for result in await ConformanceSuite(written).run() {
      #expect(result.hasPassed, "\(result)")
      if result.skipReason != nil { skipped.append(result.name) }
    }
    #expect(
      skipped.allSatisfy { name in
        ["create-only", "entity tag replaces", "beginning of another", "copy", "creat", "URL"].contains {
          name.contains($0)
        }
      }, "\(skipped)")
  }

  @Test("the token goes to the Hub and to nobody else")
  func token() async throws {
    let hub = try FakeHub(token: "hunter2")
    try hub.put(bytes, repository: "org/data", path: "train/shard.mds", isLarge: true)
    try hub.put([1, 2], repository: "org/data", path: "train/index.json", isLarge: false)
    let store = try store(hub, token: "hunter2")
    #expect(try await store.bytes(of: "train/shard.mds", limit: .megabytes(1)) == bytes)
    #expect(try await store.bytes(of: "train/index.json", limit: 2) == [1, 2])
    #expect(try await store.head("train/shard.mds").byteCount == bytes.count)
    // The content's server refuses tokens.
    #expect(hub.content.requests.map(\.status) == [200])
    let error = await expect(.notFound) { try await self.store(hub).bytes(of: "train/index.json", limit: 2) }
    #expect(error?.remedy.contains("HF_TOKEN") == true)
    await expect(.notFound) { try await self.store(hub, token: "other").head("train/index.json") }
    await expect(.notFound) { try await self.store(hub, token: "other").allObjects() }
  }

  @Test("what is not there is told apart: file, revision, repository")
  func missing() async throws {
    let hub = try FakeHub()
    try hub.put([1], repository: "org/data", path: "a", isLarge: false)
    #expect(try await store(hub).allObjects(withPrefix: "no/such/").isEmpty)
    let file = await expect(.notFound) { try await store(hub).head("b") }
    #expect(file?.detail.contains("EntryNotFound") == true)
    let revision = await expect(.notFound) {
      try await store(hub, "hf://datasets/org/data@v2").bytes(of: "a", limit: 1)
    }
    #expect(revision?.detail.contains("RevisionNotFound") == true)
    await expect(.notFound) { try await store(hub, "hf://datasets/org/other").allObjects() }
  }

  @Test(
    "faults of either server end with the right bytes",
    arguments: [
      FakeFault.slowDown(retryAfter: 0), .internalError, .noAnswer, .reset(after: 100_000), .truncate(after: 200_000),
      .latency(.milliseconds(20)), .trickle(bytesPerSecond: 10_000_000), .answer(429, "", "slow", retryAfter: 0),
    ])
  func faults(fault: FakeFault) async throws {
    let hub = try FakeHub()
    try hub.put(bytes, repository: "org/data", path: "x", isLarge: true)
    let retrying = RetryingStore(try store(hub), policy: Self.quick)
    for host in [hub.host, hub.content] {
      host.inject(fault, into: RequestMatch(count: 2))
      #expect(try await retrying.bytes(of: "x", limit: .megabytes(1)) == bytes)
      host.clearFaults()
    }
    hub.host.inject(fault, into: RequestMatch(count: 1))
    #expect(try await retrying.allObjects().map(\.key) == ["x"])
  }

  @Test("a file that was replaced while it was read is noticed")
  func replaced() async throws {
    let hub = try FakeHub()
    try hub.put(bytes, repository: "org/data", path: "x", isLarge: true)
    let store = try store(hub)
    let tag = try await store.head("x").entityTag
    try hub.put(bytes.reversed(), repository: "org/data", path: "x", isLarge: true)
    let sink = MemorySink(limit: .megabytes(1))
    await expect(.preconditionFailed) {
      try await store.get("x", options: GetOptions(range: .from(10), ifMatch: tag), into: sink)
    }
    #expect(sink.receivedByteCount == 0)
  }

  @Test(
    "addresses are read, or refused",
    arguments: [
      ("hf://datasets/org/name", "org/name", "main", ""),
      ("hf://datasets/org/name/a/b", "org/name", "main", "a/b"),
      ("hf://datasets/org/name@v1.0/a", "org/name", "v1.0", "a"),
      ("hf://datasets/org/name@refs%2Fconvert%2Fparquet/a", "org/name", "refs/convert/parquet", "a"),
    ])
  func addresses(text: String, repository: String, revision: String, path: String) throws {
    let address = try HubAddress(StoreURL(parsing: text))
    #expect(address.repository == repository && address.revision == revision && address.path == path)
  }

  @Test(
    "other addresses are refused",
    arguments: [
      "hf://models/org/name/x", "hf://datasets/org", "hf://datasets/../name/x", "hf://datasets/org/na me/x",
      "hf://datasets/org/name@/x", "hf://datasets/org/name@..%2Fx/y", "hf://me@datasets/org/name",
    ])
  func refused(text: String) async throws {
    await expect(.unusableURL) { try HubAddress(StoreURL(parsing: text)) }
  }

  @Test("a next page elsewhere than at the Hub is refused")
  func hostilePages() async throws {
    final class Client: HTTPClient {
      let requests = Mutex<[HTTPRequest]>([])
      func perform(
        _ request: HTTPRequest,
        receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
      ) async throws(ObjectStoreError) -> HTTPResponse {
        requests.withLock { $0.append(request) }
        let head = HTTPResponseHead(
          status: 200, headers: ["Link": "<https://evil.example/next>; rel=\"next\""])
        _ = try receiving(head)
        return HTTPResponse(head: head, body: Array("[]".utf8))
      }
    }
    let client = Client()
    let store = HubStore(
      try HubAddress(StoreURL(parsing: "hf://datasets/org/name")),
      options: HubOptions(endpoint: try HTTPURL(parsing: "https://hub.example"), token: Secret("hunter2")),
      transport: client)
    await expect(.unusableAnswer) { try await store.allObjects() }
    #expect(client.requests.withLock { $0.map(\.url.host) } == ["hub.example"])
  }
}
