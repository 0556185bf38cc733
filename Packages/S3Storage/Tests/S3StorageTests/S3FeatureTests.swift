import BinaryIO
import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import StoreTestSupport
import TestSupport
import Testing

@testable import S3Storage

/// Copies, presigned URLs, checksums, headers and options, against the fake server and prepared answers.
struct S3FeatureTests {
  let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 4) }

  func store(_ server: FakeS3, _ configure: (inout S3Options) -> Void = { _ in }) throws -> S3Store {
    try FakeServerTests().store(server, configure)
  }

  @Test("a presigned URL reads or writes one object, by anyone, until it expires")
  func presigned() async throws {
    let server = try FakeS3()
    let store = try store(server)
    let transport = try CurlTransport()
    let writing = try await store.presignedURL(for: .writing, "a b+ü", lifetime: .seconds(60))
    #expect(!"\(writing)".contains("Signature") && !String(reflecting: writing).contains("Signature"))
    let put = HTTPRequest(.put, try HTTPURL(parsing: writing.text), body: MemorySource(bytes))
    #expect(try await transport.perform(put).head.status == 200)
    let reading = try await store.presignedURL(for: .reading, "a b+ü", lifetime: .seconds(60))
    let get = HTTPRequest(.get, try HTTPURL(parsing: reading.text))
    #expect(try await transport.perform(get).body == bytes)
    let other = HTTPRequest(.get, try HTTPURL(parsing: reading.text.replacing("a%20b", with: "c")))
    #expect(try await transport.perform(other).head.status == 403)
    server.setClockOffset(.seconds(120))
    #expect(try await transport.perform(get).head.status == 403)
    await expect(.misconfigured) { try await store.presignedURL(for: .reading, "a", lifetime: .zero) }
    await expect(.misconfigured) {
      try await store.presignedURL(for: .reading, "a", lifetime: .seconds(700_000))
    }
  }

  @Test("an object that is too large for one copy is copied in parts")
  func copyInParts() async throws {
    let server = try FakeS3 { $0.maximumCopyByteCount = 6 << 20 }
    let large = (0..<(11 << 20)).map { UInt8(truncatingIfNeeded: $0 >> 9 &* 7 &+ $0) }
    try server.put(large, bucket: "data", key: "big")
    let store = try store(server) {
      $0.maximumCopyByteCount = 6 << 20
      $0.partByteCount = 5 << 20
    }
    let info = try await store.copy("big", to: "copy", options: PutOptions())
    #expect(info.byteCount == large.count)
    #expect(server.bytes(bucket: "data", key: "copy") == large)
    await expect(.alreadyExists) {
      try await store.copy("big", to: "copy", options: PutOptions(createOnly: true))
    }
  }

  @Test(
    "checksums are those of the published check values, and a body that is damaged on its way is refused",
    arguments: [
      // "123456789": https://reveng.sourceforge.io/crc-catalogue/all.htm; SHA-256 by `sha256sum`.
      (StoreOptions.Checksum.crc32, "y/Q5Jg=="), (.crc32c, "4waSgw=="),
      (.sha256, "FeKw09l5cCyvj4PspmByYyuJLJrRr8nZ6nJkMDp9sMI="),
    ])
  func checksums(algorithm: StoreOptions.Checksum, expected: String) async throws {
    if algorithm != .sha256 {
      #expect(try checksum(algorithm, of: MemorySource(Array("123456789".utf8))) == expected)
    }
    let server = try FakeS3()
    let store = try store(server) {
      $0.checksum = algorithm
      $0.multipartThreshold = 6 << 20
      $0.partByteCount = 5 << 20
    }
    try await store.put("a", bytes: bytes)
    #expect(server.bytes(bucket: "data", key: "a") == bytes)
    try await store.put("empty", bytes: [])
    let large = [UInt8](repeating: 7, count: 7 << 20)
    try await store.put("large", bytes: large)
    #expect(server.bytes(bucket: "data", key: "large") == large)
    // The same request with another body.
    var request = ObjectRequest(.put, key: "b", body: MemorySource([1, 2, 3]))
    try await store.addChecksum(to: &request)
    request.body = MemorySource([1, 2, 4])
    await expect(.corrupt) { [request] in try await store.exchange(request) }
  }

  @Test("encryption, access list, payer and headers of one's own are sent, signed, to the endpoint only")
  func headers() async throws {
    let client = ScriptedClient(.init(status: 200, headers: ["ETag": "\"1\""]))
    let options = try S3Options.signed(endpoint: "http://localhost:1") {
      $0.encryption = .managedKey("key-1")
      $0.cannedACL = "private"
      $0.requesterPays = true
      $0.headers = [.init("X-Team", "a")]
    }
    let store = try S3Store(bucket: "data", options: options, transport: client)
    try await store.put("a", bytes: [1])
    let headers = try #require(client.requests.first?.headers)
    #expect(headers["x-amz-server-side-encryption"] == "aws:kms")
    #expect(headers["x-amz-server-side-encryption-aws-kms-key-id"] == "key-1")
    #expect(headers["x-amz-acl"] == "private" && headers["x-amz-request-payer"] == "requester")
    #expect(headers["X-Team"] == "a")
    #expect(headers["Authorization"]?.contains("x-team") == true)
  }

  @Test("a redirect to another host is an error, and nothing is sent there", arguments: [301, 302, 307, 308])
  func redirect(status: Int) async throws {
    let other = try FakeS3()
    let client = ScriptedClient(.init(status: status, headers: ["Location": other.endpoint + "/data/a"]))
    let store = try S3Store(
      bucket: "data", options: .signed(endpoint: "http://localhost:1"), transport: client)
    await expect(.redirected) { try await store.bytes(of: "a", limit: 1) }
    #expect(client.requests.allSatisfy { $0.url.authority == "localhost:1" })
    #expect(other.requests.isEmpty)
    // Over sockets: the transport does not follow either.
    let server = try FakeS3()
    server.inject(.answer(status, "Moved", "elsewhere"), into: .all)
    await expect(.redirected) { try await self.store(server).bytes(of: "a", limit: 1) }
    #expect(other.requests.isEmpty)
  }

  @Test("options of an address count more than the environment; a foreign credential is refused")
  func options() async throws {
    let environment = EnvironmentVariables(["HOME": "/nowhere", "AWS_REGION": "eu-west-1"])
    let base = try await S3Options.fromEnvironment(bucket: "data", environment)
    var wanted = StoreOptions()
    wanted.region = "us-west-2"
    wanted.endpoint = "https://minio.example:9000"
    wanted.addressingStyle = .path
    wanted.identity = .anonymous
    wanted.checksum = .crc32c
    wanted.requesterPays = true
    let joined = try base.applying(wanted, environment)
    #expect(joined.region == "us-west-2" && joined.endpoint?.authority == "minio.example:9000")
    #expect(joined.addressingStyle == .path && joined.checksum == .crc32c && joined.requesterPays)
    guard case .anonymous = joined.identity else { return #expect(Bool(false)) }
    #expect(try base.applying(StoreOptions(), environment).region == "eu-west-1")
    struct Foreign: StoreCredential {}
    wanted.identity = .credential(Foreign())
    await expect(.misconfigured) { try base.applying(wanted, environment) }
  }

  @Test("three providers in one registry, each by its prefix")
  func providers() async throws {
    let servers = try (0..<3).map { number in
      try FakeS3(buckets: ["b\(number)"]) { $0.region = "r-\(number)" }
    }
    var stores = ObjectStoreRegistry()
    stores.registerS3(environment: EnvironmentVariables(["HOME": "/nowhere"]))
    let keys = FakeS3.Credential.test
    for (number, server) in servers.enumerated() {
      try stores.configure("s3://b\(number)") {
        $0.endpoint = server.endpoint
        $0.region = "r-\(number)"
        $0.identity = .credential(
          AWSCredential(accessKeyID: keys.accessKeyID, secretAccessKey: Secret(keys.secretAccessKey)))
      }
    }
    for number in 0..<3 {
      try await stores.open("s3://b\(number)/x").put("a", bytes: [UInt8(number)])
      #expect(servers[number].bytes(bucket: "b\(number)", key: "x/a") == [UInt8(number)])
    }
  }

  @Test("large and small writes keep a limit of bytes a second together, and are whole")
  func pacedWrites() async throws {
    let server = try FakeS3()
    let limit = ByteRateLimit(bytesPerSecond: 20_000_000)
    let store = RateLimitedStore(
      try store(server) { $0.multipartThreshold = 5 << 20 }, reading: ByteRateLimit(bytesPerSecond: 1 << 40), writing: limit)
    let large = (0..<(12 << 20)).map { UInt8(truncatingIfNeeded: $0 >> 9 &* 7 &+ $0) }
    let start = ContinuousClock.now
    async let first = store.put("large", bytes: large)
    async let second = store.put("small", bytes: bytes)
    _ = try await (first, second)
    let time = start.duration(to: .now)
    // A quarter of a second's bytes are free at the start.
    #expect(time >= .seconds(Double(large.count + bytes.count) / 20e6 - 0.27), "\(time)")
    #expect(server.bytes(bucket: "data", key: "large") == large && server.bytes(bucket: "data", key: "small") == bytes)
  }

  @Test("a customer's key encrypts objects, parts and copies, and nobody reads them without it")
  func customerKeys() async throws {
    let server = try FakeS3()
    let key = try #require(S3CustomerKey(Secret(bytes: [UInt8](repeating: 7, count: 32).span.bytes)))
    let other = try #require(S3CustomerKey(Secret(bytes: [UInt8](repeating: 8, count: 32).span.bytes)))
    #expect(S3CustomerKey(Secret("short")) == nil && !"\(key)".contains("7"))
    let store = try store(server) {
      $0.customerKey = key
      $0.multipartThreshold = 5 << 20
      $0.verifiesDownloads = true
    }
    let large = (0..<(11 << 20)).map { UInt8(truncatingIfNeeded: $0 >> 9 &* 7 &+ $0) }
    try await store.put("small", bytes: bytes)
    try await store.put("large", bytes: large)
    _ = try await store.copy("small", to: "copy", options: PutOptions())
    #expect(try await store.bytes(of: "small", limit: .megabytes(1)) == bytes)
    #expect(try await store.bytes(of: "copy", range: .suffix(10), limit: .megabytes(1)) == Array(bytes.suffix(10)))
    #expect(try await store.bytes(of: "large", limit: .megabytes(16)) == large)
    #expect(try await store.allObjects().count == 3)
    let plain = try self.store(server)
    await expect(.rejected) { try await plain.bytes(of: "small", limit: .megabytes(1)) }
    await expect(.forbidden) { try await self.store(server) { $0.customerKey = other }.bytes(of: "copy", limit: .megabytes(1)) }
    await expect(.unsupported) { try await store.presignedURL(for: .reading, "small", lifetime: .seconds(60)) }
    try await store.delete("small")
    // Never in the open over a network.
    let far = try self.store(server) {
      $0.customerKey = key
      $0.endpoint = try? HTTPURL(parsing: "http://storage.example.org")
    }
    await expect(.misconfigured) { try await far.head("x") }
  }

  @Test("a customer's key comes from a file, as bytes or in base64")
  func customerKeyFiles() async throws {
    try await withTemporaryDirectory { folder in
      let key = [UInt8](0..<32)
      for (name, contents) in [("raw", Data(key)), ("text", Data((Data(key).base64EncodedString() + "\n").utf8))] {
        try contents.write(to: URL(fileURLWithPath: folder + "/" + name))
        let found = try await S3CustomerKey(file: folder + "/" + name)
        #expect(found.headers("p").map(\.value)[1] == Data(key).base64EncodedString())
      }
      try Data([1, 2]).write(to: URL(fileURLWithPath: folder + "/bad"))
      await expect(.misconfigured) { try await S3CustomerKey(file: folder + "/bad") }
      await expect(.misconfigured) { try await S3CustomerKey(file: folder + "/absent") }
    }
  }
}
