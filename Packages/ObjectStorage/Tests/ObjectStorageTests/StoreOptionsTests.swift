import Foundation
import ObjectStorage
import PythonJSON
import TestSupport
import Testing

struct StoreOptionsTests {
  func options(_ table: StoreOptionsTable, _ address: String) throws -> StoreOptions {
    table[try StoreURL(parsing: address)]
  }

  @Test("a longer prefix counts more than a shorter one, whatever the order in which they were set")
  func prefixes() throws {
    var table = StoreOptionsTable()
    try table.configure("s3://web/large") { $0.region = "c" }
    try table.configure("s3://") {
      $0.region = "a"
      $0.endpoint = "https://one"
      $0.headers = [.init("X-A", "1"), .init("X-B", "1")]
    }
    try table.configure("s3://web") {
      $0.region = "b"
      $0.headers = [.init("x-a", "2")]
    }
    #expect(try options(table, "s3://other/x").region == "a")
    #expect(try options(table, "s3://web").region == "b")
    #expect(try options(table, "s3://web/larger").region == "b")
    #expect(try options(table, "s3://web/large").region == "c")
    let deep = try options(table, "s3://web/large/x/y")
    #expect(deep.region == "c" && deep.endpoint == "https://one")
    #expect(deep.headers == [.init("X-B", "1"), .init("x-a", "2")])
    #expect(try options(table, "s3://web2/x").region == "a", "a prefix covers whole names")
    #expect(try options(table, "gs://web/x").region == nil)
    #expect(table.prefixes == ["s3://", "s3://web", "s3://web/large"])
    try table.configure("S3://web/") { $0.region = "d" }
    #expect(try options(table, "s3://web/x").region == "d", "the same prefix, written otherwise")
  }

  static let text = """
    {"s3://": {"region": "eu-west-1", "attempts": 3, "connect_timeout": 7, "headers": {"X-Team": "a"},
      "settings": {"canned_acl": "private"}},
     "s3://open": {"anonymous": true, "requester_pays": false},
     "s3://other/models": {"endpoint": "https://s3.other.example", "profile": "other", "style": "path",
       "ca_bundle": "/ca.pem", "proxy": "", "encryption": "aws:kms", "checksum": "crc32c", "concurrency": 9,
       "bytes_per_second": 1000, "hedge": true, "parallel_ranges": 3}}
    """

  @Test("a file holds them as JSON")
  func file() async throws {
    try await withTemporaryDirectory { folder in
      let path = folder + "/stores.json"
      try Self.text.write(toFile: path, atomically: true, encoding: .utf8)
      var stores = ObjectStoreRegistry()
      stores.readOptions(fromFile: path)
      try stores.configure("s3://other") { $0.region = "mine" }
      let other = try await stores.options(for: StoreURL(parsing: "s3://other/models/x"))
      #expect(other.region == "mine" && other.endpoint == "https://s3.other.example")
      #expect(other.addressingStyle == .path && other.certificateBundle == "/ca.pem" && other.proxy == "")
      #expect(other.encryption == .managedKey(nil) && other.checksum == .crc32c)
      #expect(other.maximumConcurrentRequests == 9 && other.bytesPerSecond == 1000)
      #expect(other.hedging == HedgingPolicy() && other.splitting == SplittingPolicy(window: 3))
      #expect(other.retryPolicy?.attempts == 3 && other.headers == [.init("X-Team", "a")])
      #expect(other.settings == ["canned_acl": "private"] && other.connectTimeout == .seconds(7))
      guard case .profile("other") = other.identity else { return #expect(Bool(false), "\(other)") }
      let open = try await stores.options(for: StoreURL(parsing: "s3://open"))
      guard case .anonymous = open.identity else { return #expect(Bool(false), "\(open)") }
      #expect(open.requesterPays == false)
    }
  }

  @Test(
    "a file that is none, or holds what nobody knows, is an error that names it",
    arguments: [
      "[]", "{", "{\"s3://\": 1}", "{\"s3://\": {\"regoin\": \"x\"}}", "{\"s3://\": {\"region\": 1}}",
      "{\"s3://\": {\"style\": \"diagonal\"}}", "{\"s3://\": {\"attempts\": 0}}", "{\"\": {}}",
      "{\"s3://\": {\"connect_timeout\": 0}}",
      "{\"s3://\": {\"headers\": {\"a\": 1}}}", "{\"s3://\": {\"concurrency\": 99999999999999999999999}}",
    ])
  func broken(text: String) async throws {
    try await withTemporaryDirectory { folder in
      let path = folder + "/stores.json"
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      var stores = ObjectStoreRegistry()
      stores.register("s3") { url, options throws(ObjectStoreError) in MemoryStore() }
      stores.readOptions(fromFile: path)
      for _ in 0..<2 {
        await #expect(throws: ObjectStoreError.self) { try await stores.open("s3://a") }
      }
      stores.readOptions(fromFile: folder + "/absent")
      await expect(.localFile) { try await stores.open("s3://a") }
    }
  }

  @Test("a store is opened with the options of its address")
  func opened() async throws {
    var stores = ObjectStoreRegistry()
    stores.register("mem") { url, options throws(ObjectStoreError) in
      MemoryStore([try ObjectKey(parsing: options.region ?? "none"): []])
    }
    try stores.configure("mem://a") { $0.region = "x" }
    #expect(try await stores.open("mem://a/b").allObjects().map(\.key) == ["x"])
    #expect(try await stores.open("mem://b").allObjects().map(\.key) == ["none"])
  }
}
