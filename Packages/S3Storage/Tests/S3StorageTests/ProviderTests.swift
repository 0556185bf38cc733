import BinaryIO
import CloudAuth
import FakeObjectStores
import HTTPTransport
import ObjectStorage
import S3Storage
import StoreTestSupport
import TestSupport
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

  /// Opens an address with files of the services' tools in the home folder, and asks for an object.
  private func request(
    _ address: String, _ files: [String: String], _ variables: [String: String] = [:]
  ) async throws -> HTTPRequest {
    let client = ScriptedClient(.init(status: 200, headers: ["Content-Length": "1", "ETag": "\"1\""], body: "x"))
    return try await withTemporaryDirectory { home in
      for (name, text) in files {
        if let slash = name.lastIndex(of: "/") { try FileSystem.createDirectory(home + "/" + name[..<slash]) }
        try FileSystem.write(Array(text.utf8).span.bytes, to: home + "/" + name)
      }
      var stores = ObjectStoreRegistry()
      let environment = EnvironmentVariables(variables.merging(["HOME": home]) { $1 })
      stores.registerS3Providers(transport: client, environment: environment)
      _ = try await stores.open(address).head("x")
      return try #require(client.requests.first)
    }
  }

  private static let oracle = """
    [DEFAULT]
    user=ocid1.user.oc1..a
    fingerprint=20:3b
    key_file=~/.oci/key.pem
    tenancy=ocid1.tenancy.oc1..b
    region=us-phoenix-1
    [other]
    region = eu-paris-1
    """

  @Test("region and namespace come from Oracle's files, of the profile and at the path that its tools' variables name")
  func oracleFiles() async throws {
    let keys = ["OCI_ACCESS_KEY_ID": "KEY", "OCI_SECRET_ACCESS_KEY": "hunter2"]
    let files = [".oci/config": Self.oracle, ".oci/oci_cli_rc": "[DEFAULT]\nnamespace = space\n"]
    let usual = try await request("oci://data/a", files, keys)
    #expect(usual.url.text == "https://space.compat.objectstorage.us-phoenix-1.oraclecloud.com/data/a/x")
    let named = try await request(
      "oci://data@own", ["elsewhere": Self.oracle],
      keys.merging(["OCI_CONFIG_FILE": "~/elsewhere", "OCI_CLI_PROFILE": "other"]) { $1 })
    #expect(named.url.text == "https://own.compat.objectstorage.eu-paris-1.oraclecloud.com/data/x")
    let error = await expect(.misconfigured) { try await request("oci://data", [".oci/config": Self.oracle], keys) }
    #expect(error?.detail.contains("namespace") == true && error?.detail.contains("[DEFAULT] of ") == true)
    #expect(error?.remedy.contains("oci os ns get") == true)
    let absent = await expect(.misconfigured) {
      try await request("oci://data@own", files, keys.merging(["OCI_CLI_PROFILE": "none"]) { $1 })
    }
    #expect(absent?.detail.contains("[none]") == true)
  }

  @Test("Oracle's API signing key alone is told from a key that S3's protocol takes")
  func signingKey() async throws {
    let error = await expect(.unauthorized) { try await request("oci://data@own", [".oci/config": Self.oracle]) }
    #expect(error?.detail.contains("customer secret key") == true)
    #expect(error?.remedy.contains("OCI_SECRET_ACCESS_KEY") == true)
  }

  @Test(
    "Alibaba's keys and place come from the file of either version of its tool, and from the names all its tools know",
    arguments: [
      "[default]\naccessKeyID=KEY\naccessKeySecret=hunter2\nregion=cn-beijing\n",
      "[Credentials]\nlanguage=EN\naccessKeyID=KEY\naccessKeySecret=hunter2\nendpoint=https://s3.oss-cn-beijing.aliyuncs.com\n",
    ])
  func alibabaFiles(text: String) async throws {
    let fromFile = try await request("oss://data", [".ossutilconfig": text])
    #expect(fromFile.url.text == "https://data.s3.oss-cn-beijing.aliyuncs.com/x")
    #expect(fromFile.headers["Authorization"]?.contains("KEY/20") == true)
    let variables = ["ALIBABA_CLOUD_ACCESS_KEY_ID": "OTHER", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "hunter2"]
    let fromVariables = try await request("oss://data", [".ossutilconfig": text], variables)
    #expect(fromVariables.headers["Authorization"]?.contains("OTHER/20") == true)
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
