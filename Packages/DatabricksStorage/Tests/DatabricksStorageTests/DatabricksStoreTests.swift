import BinaryIO
import CloudAuth
import DatabricksStorage
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import ObjectStoreConformance
import StoreTestSupport
import TestSupport
import Testing

struct DatabricksStoreTests {
  static let quick = RetryPolicy(attempts: 6, baseDelay: .milliseconds(1), progressByteCount: 1)

  func store(_ server: FakeDatabricks, token: String = "fake-token") throws -> DatabricksStore {
    let source = ExplicitSource(BearerToken(Secret(token)), name: "a test")
    return DatabricksStore(
      options: DatabricksOptions(
        endpoint: try HTTPURL(parsing: server.host.endpoint),
        credentials: CredentialCache<BearerToken>([source])), transport: try CurlTransport())
  }

  @Test("the suite of all stores passes; what the Files API does not have is left out by name")
  func conformance() async throws {
    let server = try FakeDatabricks(pageLength: 7)
    // Writers of one file at once see each other's sizes after their uploads, and upload again.
    let volume = PrefixedStore(
      RetryingStore(try store(server), policy: RetryPolicy(attempts: 20, baseDelay: .milliseconds(5))),
      prefix: "main/default/data")
    var options = ConformanceSuite.Options()
    options.longestKey = ObjectKey.maximumByteCount - "main/default/data/".utf8.count
    var skipped: [String] = []
    for result in await ConformanceSuite(volume, options).run() {
      #expect(result.hasPassed, "\(result)")
      if result.skipReason != nil { skipped.append(result.name) }
    }
    #expect(
      skipped.allSatisfy { name in
        ["entity tag", "beginning of another", "copy", "URL"].contains { name.contains($0) }
      }, "\(skipped)")
    #expect(server.paths == [])
  }

  @Test("an upload that left a shorter file is an error")
  func shortUpload() async throws {
    let server = try FakeDatabricks(keptByteCount: 3)
    try await store(server).put("main/default/data/a", bytes: [1, 2, 3])
    await expect(.corrupt) { try await store(server).put("main/default/data/b", bytes: [1, 2, 3, 4]) }
  }

  @Test("a refused token is told with its source")
  func refused() async throws {
    let server = try FakeDatabricks()
    let error = await expect(.expiredCredential) { try await store(server, token: "hunter2").head("main/x") }
    #expect(error?.remedy.contains("DATABRICKS_TOKEN") == true)
    #expect(error?.detail.contains("token of a test") == true)
  }

  @Test(
    "faults end with the right bytes or a typed error",
    arguments: [
      FakeFault.answer(429, "REQUEST_LIMIT_EXCEEDED", "slow"), .answer(503, "TEMPORARILY_UNAVAILABLE", "later"),
      .answer(500, "INTERNAL_ERROR", "ours"), .noAnswer, .latency(.milliseconds(20)),
    ])
  func faults(fault: FakeFault) async throws {
    let server = try FakeDatabricks()
    let retrying = RetryingStore(try store(server), policy: Self.quick)
    let bytes = (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 131 >> 4) }
    for method in ["PUT", "HEAD", "GET"] { server.host.inject(fault, into: RequestMatch(method: method, count: 1)) }
    try await retrying.put("main/a b/ü", bytes: bytes)
    #expect(try await retrying.bytes(of: "main/a b/ü", limit: .megabytes(1)) == bytes)
    server.host.inject(fault, into: RequestMatch(method: "GET", count: 1))
    #expect(try await retrying.allObjects().map(\.key) == ["main/a b/ü"])
  }

  @Test("the example of the README writes and reads; other paths than volumes are refused")
  func example() async throws {
    let server = try FakeDatabricks()
    let environment = EnvironmentVariables([
      "DATABRICKS_HOST": server.host.endpoint, "DATABRICKS_TOKEN": "fake-token",
    ])
    let bytes: [UInt8] = [1, 2, 3]
    // snippet: databricks
    var stores = ObjectStoreRegistry()
    stores.registerDatabricks(environment: environment)
    let store = try await stores.open("dbfs:/Volumes/main/default/data/train")
    try await store.put("shard.00000.mds", bytes: bytes)
    for object in try await store.allObjects() { print(object.key, object.byteCount) }
    // end snippet
    #expect(server.paths == ["main/default/data/train/shard.00000.mds"])
    await expect(.unsupported) { try await stores.open("dbfs:/mnt/data") }
    var bare = ObjectStoreRegistry()
    bare.registerDatabricks(environment: EnvironmentVariables([:]))
    await expect(.misconfigured) { try await bare.open("dbfs:/Volumes/main/x") }
  }

  @Test("hosts and tokens come from the environment, then a profile; service principals get theirs from the workspace")
  func sources() async throws {
    let workspace = try FakeCredentialServices()
    try await withTemporaryDirectory { folder in
      let file = folder + "/settings"
      try Data(
        """
        [DEFAULT]
        host = https://default.example.org
        token = default-token
        [robot]
        host = \(workspace.endpoint)
        client_id = fake-client
        client_secret = \(FakeCredentialServices.clientSecret)
        [broken]
        host = \(workspace.endpoint)
        client_id = fake-client
        """.utf8
      ).write(to: URL(fileURLWithPath: file))
      func options(_ variables: [String: String], _ profile: String? = nil) async throws -> DatabricksOptions {
        var options = StoreOptions()
        options.identity = profile.map { .profile($0) }
        return try await DatabricksOptions.fromEnvironment(
          EnvironmentVariables(variables.merging(["DATABRICKS_CONFIG_FILE": file]) { mine, _ in mine }), options)
      }
      let usual = try await options([:])
      #expect(usual.endpoint.text == "https://default.example.org/")
      #expect(try await usual.credentials.current().credential == BearerToken(Secret("default-token")))
      let direct = try await options(["DATABRICKS_HOST": "adb.example.org", "DATABRICKS_TOKEN": "mine"])
      #expect(direct.endpoint.text == "https://adb.example.org/")
      #expect(try await direct.credentials.current().credential == BearerToken(Secret("mine")))
      for found in [
        try await options([:], "robot"), try await options(["DATABRICKS_CONFIG_PROFILE": "robot"]),
        try await options([
          "DATABRICKS_HOST": workspace.endpoint, "DATABRICKS_CLIENT_ID": "fake-client",
          "DATABRICKS_CLIENT_SECRET": FakeCredentialServices.clientSecret,
        ]),
      ] {
        let current = try await found.credentials.current()
        #expect(current.source.hasPrefix("service principal fake-client") && current.expiration != nil)
      }
      #expect(workspace.requestCount(.databricks) == 3)
      let wrong = try await options([
        "DATABRICKS_HOST": workspace.endpoint, "DATABRICKS_CLIENT_ID": "fake-client", "DATABRICKS_CLIENT_SECRET": "wrong",
      ])
      await #expect(throws: CredentialError.self) { try await wrong.credentials.current() }
      await #expect(throws: CredentialError.self) { try await options([:], "broken").credentials.current() }
      await #expect(throws: ObjectStoreError.self) { try await options([:], "absent") }
    }
  }

  @Test("a diagnosis tells the workspace, the token's source and the clock")
  func diagnosis() async throws {
    let server = try FakeDatabricks()
    server.host.setClockOffset(.seconds(90))
    let diagnosis = try await store(server).diagnose()
    #expect(diagnosis.endpoint == server.host.endpoint + "/" && diagnosis.credentials.first?.name == "a test")
    #expect(diagnosis.clockOffset.map { $0 > .seconds(85) && $0 < .seconds(95) } == true)
  }
}
