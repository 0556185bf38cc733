import BinaryIO
import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import S3Storage
import StoreTestSupport
import Synchronization
import TestSupport
import Testing

/// Over sockets, against a server that checks each signature.
struct FakeServerTests {
  static let quick = RetryPolicy(attempts: 6, baseDelay: .milliseconds(1), progressByteCount: 1)

  func store(
    _ server: FakeS3, keys: FakeS3.Credential = .test, bucket: String = "data",
    _ configure: (inout S3Options) -> Void = { _ in }
  ) throws -> S3Store {
    let credential = AWSCredential(
      accessKeyID: keys.accessKeyID, secretAccessKey: Secret(keys.secretAccessKey),
      sessionToken: keys.sessionToken.map { Secret($0) })
    var options = S3Options(
      identity: .credentials(CredentialCache<AWSCredential>([ExplicitSource(credential)])),
      endpoint: try HTTPURL(parsing: server.endpoint))
    configure(&options)
    return try S3Store(bucket: bucket, options: options, transport: try CurlTransport())
  }

  let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 4) }

  @Test("refusals name the source of the credentials, never the secret")
  func refusals() async throws {
    let server = try FakeS3()
    var keys = FakeS3.Credential.test
    keys.secretAccessKey = "hunter2"
    let error = await expect(.unauthorized) { try await store(server, keys: keys).put("a", bytes: [1]) }
    #expect(error?.detail.contains("credentials of settings") == true)
    keys.accessKeyID = "UNKNOWN"
    await expect(.unauthorized) { try await store(server, keys: keys).bytes(of: "a", limit: 1) }
    await expect(.forbidden) { try await store(server) { $0.identity = .anonymous }.bytes(of: "a", limit: 1) }
    await expect(.notFound) { try await store(server, bucket: "other").put("a", bytes: [1]) }
    await expect(.notFound) { try await store(server, bucket: "other").delete("a") }
  }

  @Test("public buckets are read without a signature when asked for")
  func anonymous() async throws {
    let server = try FakeS3 { $0.publicBuckets = ["data"] }
    try server.put([1, 2], bucket: "data", key: "x")
    #expect(try await store(server) { $0.identity = .anonymous }.bytes(of: "x", limit: 2) == [1, 2])
  }

  @Test("another region than the server's is learned")
  func region() async throws {
    let server = try FakeS3 { $0.region = "eu-south-2" }
    let store = try store(server)
    try await store.put("a", bytes: [1])
    #expect(try await store.bytes(of: "a", limit: 1) == [1])
  }

  @Test("a clock that is off is put right after one refusal", arguments: [-7200, 7200])
  func clock(seconds: Int) async throws {
    let server = try FakeS3()
    server.setClockOffset(.seconds(seconds))
    let store = RetryingStore(try store(server), policy: Self.quick)
    try await store.put("a", bytes: [1])
    try await store.put("b", bytes: [1])
    #expect(server.requests.map(\.status) == [403, 200, 200])
  }

  @Test("an expired token is fetched anew, once for all readers")
  func expired() async throws {
    final class Rotating: CredentialSource {
      let name = "rotating"
      let count = Mutex(0)
      func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
        let number = count.withLock { count in
          count += 1
          return count
        }
        let keys = FakeS3.Credential.test
        return Expiring(
          AWSCredential(
            accessKeyID: keys.accessKeyID, secretAccessKey: Secret(keys.secretAccessKey),
            sessionToken: Secret("token-\(number)")),
          expiration: .now + .seconds(3600 + number), source: name)
      }
    }
    let source = Rotating()
    let server = try FakeS3 {
      var keys = FakeS3.Credential.test
      keys.sessionToken = "token-2"
      $0.credentials = [keys]
    }
    try server.put(bytes, bucket: "data", key: "x")
    let inner = try store(server) { $0.identity = .credentials(CredentialCache<AWSCredential>([source])) }
    let store = RetryingStore(inner, policy: Self.quick)
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
      FakeFault.slowDown(), .slowDown(retryAfter: 0), .internalError, .noAnswer, .reset(after: 0),
      .reset(after: 100_000),
      .truncate(after: 0), .truncate(after: 250_000), .latency(.milliseconds(20)), .expiredToken,
      .trickle(bytesPerSecond: 10_000_000),
    ])
  func faults(fault: FakeFault) async throws {
    let server = try FakeS3()
    try server.put(bytes, bucket: "data", key: "x")
    let store = RetryingStore(try store(server), policy: Self.quick)
    server.inject(fault, into: RequestMatch(method: "GET", count: 2))
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    server.inject(fault, into: RequestMatch(method: "GET", count: 1))
    #expect(
      try await store.bytes(of: "x", range: .bytes(1000..<200_000), limit: .megabytes(1))
        == Array(bytes[1000..<200_000]))
    server.inject(fault, into: RequestMatch(method: "PUT", count: 1))
    try await store.put("y", bytes: bytes)
    #expect(server.bytes(bucket: "data", key: "y") == bytes)
    server.inject(fault, into: RequestMatch(method: "GET", count: 1))
    #expect(try await store.allObjects().map(\.key) == ["x", "y"])
  }

  @Test("a reset body is asked for from where it broke, not from its start")
  func resumes() async throws {
    let server = try FakeS3()
    try server.put(bytes, bucket: "data", key: "x")
    server.inject(.truncate(after: 200_000), into: RequestMatch(method: "GET", count: 1))
    let store = RetryingStore(try store(server), policy: Self.quick)
    #expect(try await store.bytes(of: "x", limit: .megabytes(1)) == bytes)
    #expect(server.requests.map(\.range) == [nil, "bytes=200000-299999"])
  }

  @Test("large objects go in parts; a failing part is repeated; nothing stays of what failed")
  func multipart() async throws {
    let server = try FakeS3()
    let large = (0..<(11 << 20)).map { UInt8(truncatingIfNeeded: $0 >> 9 &* 7 &+ $0) }
    let store = try store(server) {
      $0.multipartThreshold = 6 << 20
      $0.partByteCount = 5 << 20
    }
    server.inject(.internalError, into: RequestMatch(method: "PUT", skipping: 1, count: 2))
    let info = try await store.put("big", bytes: large)
    let tag = try await store.head("big").entityTag
    #expect(info.byteCount == large.count && info.entityTag == tag)
    #expect(server.bytes(bucket: "data", key: "big") == large)
    await expect(.alreadyExists) {
      try await store.put("big", bytes: large, options: PutOptions(createOnly: true))
    }
    server.inject(.answer(403, "AccessDenied", "no"), into: RequestMatch(method: "PUT", skipping: 2))
    server.clearRequests()
    await expect(.forbidden) { try await store.put("other", bytes: large) }
    #expect(server.keys(bucket: "data") == ["big"])
    // Requests are logged when they end, and those of other parts may end later.
    #expect(server.requests.contains { $0.method == "DELETE" && $0.status == 204 })
  }

  @Test("cancelling an upload in parts removes its parts")
  func cancelledUpload() async throws {
    let server = try FakeS3()
    server.inject(.noAnswer, into: RequestMatch(method: "PUT", skipping: 1, count: nil))
    let store = try store(server) {
      $0.multipartThreshold = 6 << 20
      $0.partByteCount = 5 << 20
      $0.concurrentParts = 1
    }
    let task = Task { try await store.put("big", bytes: [UInt8](repeating: 1, count: 12 << 20)) }
    while !server.requests.contains(where: { $0.method == "PUT" }) { await Task.yield() }
    task.cancel()
    await #expect(throws: ObjectStoreError.self) { try await task.value }
    #expect(server.requests.contains { $0.method == "DELETE" && $0.status == 204 })
  }

  @Test("the registry opens s3:// URLs with the environment's settings, below their path")
  func registry() async throws {
    let server = try FakeS3()
    let keys = FakeS3.Credential.test
    var stores = ObjectStoreRegistry()
    stores.registerS3(
      environment: EnvironmentVariables([
        "HOME": "/nowhere", "S3_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": keys.accessKeyID,
        "AWS_SECRET_ACCESS_KEY": keys.secretAccessKey,
      ]))
    let store = try await stores.open("s3://data/a/b")
    try await store.put("x/y", bytes: [1])
    #expect(server.keys(bucket: "data") == ["a/b/x/y"])
    #expect(try await store.allObjects().map(\.key) == ["x/y"])
    #expect(try await store.list("", delimiter: "/", after: nil).prefixes == ["x/"])
    let (parent, key) = try await stores.open(object: StoreURL(parsing: "s3://data/a/b/x/y"))
    #expect(try await parent.bytes(of: key, limit: 1) == [1])
    await expect(.unusableURL) { try await stores.open("s3://user:pw@data/a") }
  }
}
