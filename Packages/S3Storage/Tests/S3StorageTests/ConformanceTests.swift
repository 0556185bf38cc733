import BinaryIO
import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import ObjectStoreConformance
import S3Storage
import StoreTestSupport
import Testing

/// The suite that every store passes, over this one.
struct ConformanceTests {
  func check(
    _ store: any ObjectStore, _ options: ConformanceSuite.Options = .init(), mayFail: Set<String> = []
  ) async {
    for result in await ConformanceSuite(store, options).run() where !mayFail.contains(result.name) {
      #expect(result.hasPassed, "\(result)")
      #expect(result.skipReason == nil, "\(result)")
    }
  }

  func options(_ endpoint: String, _ keyID: String, _ secret: String) throws -> S3Options {
    let credential = AWSCredential(accessKeyID: keyID, secretAccessKey: Secret(secret))
    var options = S3Options(
      identity: .credentials(CredentialCache<AWSCredential>([ExplicitSource(credential)])),
      endpoint: try HTTPURL(parsing: endpoint))
    options.multipartThreshold = 6 << 20
    options.partByteCount = 5 << 20
    return options
  }

  @Test("against the fake server, with short pages, large objects in parts")
  func fake() async throws {
    let server = try FakeS3 { $0.pageLength = 7 }
    let keys = FakeS3.Credential.test
    let options = try options(server.endpoint, keys.accessKeyID, keys.secretAccessKey)
    let bucket = try S3Store(bucket: "data", options: options, transport: CurlTransport())
    await check(bucket)
    var prefixed = ConformanceSuite.Options()
    prefixed.longestKey = ObjectKey.maximumByteCount - "p/q/".utf8.count
    await check(RetryingStore(PrefixedStore(bucket, prefix: "p/q")), prefixed)
    #expect(server.keys(bucket: "data") == [])
  }

  static let endpoint = ProcessInfo.processInfo.environment["S3_CONFORMANCE_ENDPOINT"]

  @Test(
    "against the server that S3_CONFORMANCE_ENDPOINT names",
    .enabled(if: endpoint != nil, "needs S3_CONFORMANCE_ENDPOINT, as IntegrationTests/s3-moto sets it"))
  func given() async throws {
    let variables = ProcessInfo.processInfo.environment
    let endpoint = try #require(Self.endpoint)
    let options = try options(
      endpoint, variables["AWS_ACCESS_KEY_ID"] ?? "", variables["AWS_SECRET_ACCESS_KEY"] ?? "")
    let name = try #require(variables["S3_CONFORMANCE_BUCKET"])
    let bucket = try S3Store(bucket: name, options: options, transport: CurlTransport())
    await check(
      bucket,
      mayFail: Set((variables["S3_CONFORMANCE_MAY_FAIL"] ?? "").split(separator: "|").map(String.init)))
    var wrong = options
    wrong.identity = .credentials(
      CredentialCache<AWSCredential>([
        ExplicitSource(
          AWSCredential(accessKeyID: variables["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: Secret("hunter2"))
        )
      ]))
    let refused = try S3Store(bucket: name, options: wrong, transport: CurlTransport())
    await expect(.unauthorized) { try await refused.put("a", bytes: [1]) }
  }
}
