import BinaryIO
import CloudAuth
import FakeObjectStores
import HTTPTransport
import ObjectStorage
import S3Storage
import StoreTestSupport
import Testing

/// Addresses of services that speak S3's protocol.
struct ProviderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let address: String
    let environment: [String: String]
    let url: String
    let scope: String
    var testDescription: String { address }
  }

  @Test(
    "bucket, endpoint, region and keys come from the address and the service's own variables",
    arguments: [
      Case(
        address: "oci://data@space/a",
        environment: [
          "OCI_REGION": "us-ashburn-1", "OCI_ACCESS_KEY_ID": "KEY", "OCI_SECRET_ACCESS_KEY": "hunter2",
        ], url: "https://space.compat.objectstorage.us-ashburn-1.oraclecloud.com/data/a/x",
        scope: "KEY/20"),
      Case(
        address: "oci://data/a",
        environment: [
          "OCI_REGION": "eu-frankfurt-1", "OCI_NAMESPACE": "space", "AWS_ACCESS_KEY_ID": "AWSKEY",
          "AWS_SECRET_ACCESS_KEY": "hunter2",
        ], url: "https://space.compat.objectstorage.eu-frankfurt-1.oraclecloud.com/data/a/x", scope: "AWSKEY/20"),
      Case(
        address: "oss://data",
        environment: [
          "OSS_REGION": "cn-hangzhou", "OSS_ACCESS_KEY_ID": "KEY", "OSS_ACCESS_KEY_SECRET": "hunter2",
        ], url: "https://data.s3.oss-cn-hangzhou.aliyuncs.com/x", scope: "/cn-hangzhou/s3/"),
      Case(
        address: "r2://data/a",
        environment: ["R2_ACCOUNT_ID": "acc", "R2_ACCESS_KEY_ID": "KEY", "R2_SECRET_ACCESS_KEY": "hunter2"],
        url: "https://acc.r2.cloudflarestorage.com/data/a/x", scope: "/auto/s3/"),
    ])
  func places(given: Case) async throws {
    let client = ScriptedClient(.init(status: 200, headers: ["Content-Length": "1", "ETag": "\"1\""], body: "x"))
    var stores = ObjectStoreRegistry()
    var variables = given.environment
    variables["HOME"] = "/nowhere"
    stores.registerS3Providers(transport: client, environment: EnvironmentVariables(variables))
    _ = try await stores.open(given.address).head("x")
    let request = try #require(client.requests.first)
    #expect(request.url.text == given.url)
    #expect(request.headers["Authorization"]?.contains(given.scope) == true)
  }

  @Test(
    "what is missing is named",
    arguments: [("oci://data@space/a", "OCI_REGION"), ("oss://data", "OSS_REGION"), ("r2://data", "R2_ACCOUNT_ID")])
  func missing(address: String, variable: String) async throws {
    var stores = ObjectStoreRegistry()
    stores.registerS3Providers(environment: EnvironmentVariables(["HOME": "/nowhere"]))
    let error = await expect(.misconfigured) { try await stores.open(address) }
    #expect(error?.remedy.contains(variable) == true)
    await expect(.unusableURL) { try await stores.open(address + "?query") }
  }

  @Test("Google's HMAC keys sign for the XML API, which keeps no create-only promise")
  func google() async throws {
    let server = try FakeS3 { $0.region = "auto" }
    let keys = FakeS3.Credential.test
    let credential = AWSCredential(accessKeyID: keys.accessKeyID, secretAccessKey: Secret(keys.secretAccessKey))
    var options = StoreOptions()
    options.endpoint = server.endpoint
    let store = try S3Provider.gcs.open(
      bucket: "data", credentials: CredentialCache<AWSCredential>([ExplicitSource(credential)]), options: options,
      environment: EnvironmentVariables([:]), transport: try CurlTransport())
    try await store.put("a/b", bytes: [1, 2])
    #expect(try await store.bytes(of: "a/b", limit: 2) == [1, 2])
    #expect(!store.abilities.contains(.createOnly))
  }
}
