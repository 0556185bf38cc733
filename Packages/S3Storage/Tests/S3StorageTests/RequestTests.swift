import BinaryIO
import CloudAuth
import Foundation
import HTTPTransport
import ObjectStorage
import StoreTestSupport
import Testing

@testable import S3Storage

struct RequestTests {
  static let ok = ScriptedClient.Answer(status: 200, headers: ["Content-Length": "0", "ETag": "\"1\""])

  func url(_ bucket: String, _ options: S3Options) async throws -> String {
    let client = ScriptedClient(Self.ok)
    _ = try await S3Store(bucket: bucket, options: options, transport: client).head("a b/ü+%2F")
    return try #require(client.requests.first).url.text
  }

  @Test("the bucket goes into the host on AWS, into the path elsewhere, or where it is told to")
  func addresses() async throws {
    let key = "a%20b/%C3%BC%2B%252F"
    #expect(try await url("data", .signed()) == "https://data.s3.us-east-1.amazonaws.com/\(key)")
    #expect(try await url("da.ta", .signed()) == "https://s3.us-east-1.amazonaws.com/da.ta/\(key)")
    #expect(
      try await url("data", .signed { $0.region = "cn-north-1" })
        == "https://data.s3.cn-north-1.amazonaws.com.cn/\(key)")
    #expect(try await url("data", .signed { $0.addressingStyle = .path }).hasPrefix("https://s3.us-east-1"))
    let own = "https://storage.example:9000/base"
    #expect(
      try await url("data", .signed(endpoint: own)) == "https://storage.example:9000/base/data/\(key)")
    #expect(
      try await url("data", .signed(endpoint: own) { $0.addressingStyle = .virtualHost })
        == "https://data.storage.example:9000/base/\(key)")
    #expect(
      try await url("data", .signed(endpoint: "http://127.0.0.1:9") { $0.addressingStyle = .virtualHost })
        == "http://127.0.0.1:9/data/\(key)")
  }

  @Test(
    "a bucket's name can't lead elsewhere", arguments: ["", ".", "..", "a/b", "a?b", "a@b", "a b", "a%2f"])
  func buckets(name: String) {
    let error = #expect(throws: ObjectStoreError.self) {
      try S3Store(bucket: name, options: .signed(), transport: ScriptedClient(Self.ok))
    }
    #expect(error?.code == .unusableURL)
  }

  @Test("bodies are signed over plain HTTP and left to TLS otherwise; empty ones are always signed")
  func payloads() async throws {
    let cases = [
      ("https://h", "x", "UNSIGNED-PAYLOAD"),
      ("http://h", "x", "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"),
      ("https://h", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ]
    for (endpoint, body, expected) in cases {
      let client = ScriptedClient(Self.ok)
      let store = try S3Store(bucket: "data", options: .signed(endpoint: endpoint), transport: client)
      _ = try await store.put("a", bytes: Array(body.utf8))
      #expect(client.requests.first?.headers["x-amz-content-sha256"] == expected)
    }
  }

  @Test("options become headers, and all of them are signed")
  func headers() async throws {
    let client = ScriptedClient(Self.ok)
    let options = try S3Options.signed(token: "tok") {
      $0.requesterPays = true
      $0.cannedACL = "private"
    }
    let store = try S3Store(bucket: "data", options: options, transport: client)
    let conditions = PutOptions(createOnly: true, contentType: "text/plain")
    _ = try await store.put("a", bytes: [1], options: conditions)
    let request = try #require(client.requests.first)
    let expected = [
      "x-amz-request-payer": "requester", "x-amz-acl": "private", "content-type": "text/plain",
      "if-none-match": "*",
      "x-amz-security-token": "tok",
    ]
    let signed = try #require(request.headers["Authorization"]?.split(separator: ",")[1])
    for (name, value) in expected {
      #expect(request.headers[name] == value)
      #expect(signed.contains(name), "\(name)")
    }
  }

  @Test("anonymous requests carry no signature; without credentials nothing is sent")
  func identity() async throws {
    let client = ScriptedClient(Self.ok)
    _ = try await S3Store(bucket: "data", options: S3Options(identity: .anonymous), transport: client).head(
      "a")
    #expect(client.requests.first?.headers["Authorization"] == nil)
    let none = S3Options(identity: .credentials(CredentialCache<AWSCredential>([])))
    await expect(.noCredentials) {
      try await S3Store(bucket: "data", options: none, transport: client).head("a")
    }
    #expect(client.requests.count == 1)
  }

  @Test("settings come from the environment as upstream reads them")
  func environment() async throws {
    let environment = EnvironmentVariables([
      "HOME": "/nowhere", "S3_ENDPOINT_URL": "https://one", "AWS_ENDPOINT_URL": "https://two",
      "AWS_DEFAULT_REGION": "r", "S3_CANNED_ACL": "acl",
      "MOSAICML_STREAMING_AWS_REQUESTER_PAYS": "x, data ,y",
      "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
    ])
    let options = try await S3Options.fromEnvironment(bucket: "data", environment)
    #expect(options.endpoint?.host == "one" && options.region == "r" && options.cannedACL == "acl")
    #expect(options.requesterPays)
    #expect(try await !S3Options.fromEnvironment(bucket: "dat", environment).requesterPays)
    guard case .credentials(let cache) = options.identity else {
      Issue.record("anonymous without being asked for")
      return
    }
    #expect(try await cache.current().credential.accessKeyID == "a")
  }

  @Test(
    "parts cover an object once, in at most 10,000 pieces", arguments: [1, 5 << 20, (5 << 20) + 1, 1 << 40])
  func parts(byteCount: Int) {
    let parts = S3Store.parts(of: byteCount, atLeast: 1)
    #expect(parts.count <= 10_000)
    #expect(parts.first?.lowerBound == 0 && parts.last?.upperBound == byteCount)
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
    #expect(parts.dropLast().allSatisfy { $0.count >= 5 << 20 })
  }
}
