import FakeObjectStores
import Foundation
import PythonJSON
import TestSupport
import Testing

@Suite("streaming and s3:// addresses")
struct RemoteVerbTests {
  /// A fake S3 with a golden data set in it, and the environment to reach it.
  private func withDataset(
    _ name: String, secret: String = FakeS3.Credential.test.secretAccessKey,
    _ body: (_ server: FakeS3, _ folder: String, _ environment: [String: String]) async throws -> Void
  ) async throws {
    try await withGoldenCopy("formats/\(name)/data") { folder in
      let server = try FakeS3(buckets: ["data"])
      defer { server.stop() }
      for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file)))
        try server.put(bytes, bucket: "data", key: "set/\(file)")
      }
      try await body(
        server, folder,
        [
          "AWS_ACCESS_KEY_ID": FakeS3.Credential.test.accessKeyID, "AWS_SECRET_ACCESS_KEY": secret,
          "AWS_REGION": server.options.region, "S3_ENDPOINT_URL": server.endpoint,
        ])
    }
  }

  @Test("head, inspect, verify and bench answer as for the same data set in a directory")
  func sameAsLocal() async throws {
    try await withDataset("mds-comp-zstd") { _, folder, environment in
      for verb in [["head", "--json"], ["inspect", "--json"], ["verify"]] {
        let local = try await StreamingProcess([verb[0], folder] + verb.dropFirst())
        let remote = try await StreamingProcess(
          [verb[0], "s3://data/set"] + verb.dropFirst(), environment: environment)
        #expect(remote.status == 0, "\(remote.errorText)")
        #expect(remote.lines == local.lines)
      }
      var hashes: [JSONValue?] = []
      for address in [folder, "s3://data/set"] {
        let run = try await StreamingProcess(["bench", "read", address, "--json"], environment: environment)
        hashes.append(try JSONValue(parsing: run.lines.first ?? "")["content_hash"])
      }
      #expect(hashes[0] != nil && hashes[0] == hashes[1])
    }
  }

  @Test("head fetches only the shards that hold the samples")
  func onlyWhatIsNeeded() async throws {
    try await withDataset("mds-comp-zstd") { server, _, environment in
      let run = try await StreamingProcess("head", "s3://data/set", "--count", "1", environment: environment)
      #expect(run.status == 0)
      let shards = Set(server.requests.map(\.key).filter { $0.contains("shard.") })
      #expect(shards.count == 1)
    }
  }

  @Test("a wrong secret is told as such, with status 77 and without the secret")
  func wrongSecret() async throws {
    try await withDataset("mds-int", secret: "not/the/secret") { _, _, environment in
      let run = try await StreamingProcess("head", "s3://data/set", environment: environment)
      #expect(run.status == 77)
      run.expectError(naming: "s3://data/set/index.json")
      #expect(!run.errorText.contains("not/the/secret"))
    }
  }

  @Test("an absent data set has status 66, another scheme 64")
  func absent() async throws {
    try await withDataset("mds-int") { _, _, environment in
      let absent = try await StreamingProcess("inspect", "s3://data/nothing", environment: environment)
      #expect(absent.status == 66)
      absent.expectError(naming: "s3://data/nothing/index.json")
      let scheme = try await StreamingProcess("inspect", "xyz://data/set", environment: environment)
      #expect(scheme.status == 64)
      scheme.expectError(naming: "xyz")
    }
  }

  @Test("a server that cannot be reached has status 69")
  func unreachable() async throws {
    try await withDataset("mds-int") { server, _, environment in
      server.stop()
      let run = try await StreamingProcess("inspect", "s3://data/set", environment: environment)
      #expect(run.status == 69)
      run.expectError(naming: "s3://data/set/index.json")
    }
  }

  @Test("a cache directory that cannot be made is named")
  func unusableCache() async throws {
    try await withDataset("mds-int") { _, _, environment in
      let run = try await StreamingProcess(
        "bench", "read", "s3://data/set", "--local", "/proc/nothing/cache", environment: environment)
      #expect(run.status == 66 || run.status == 77)
      run.expectError(naming: "/proc/nothing")
    }
  }

  @Test("verify finds a damaged object in the store")
  func damagedObject() async throws {
    try await withDataset("mds-hash-xxh64") { server, _, environment in
      let key = try #require(server.keys(bucket: "data").first { $0.hasSuffix(".mds") })
      var bytes = try #require(server.bytes(bucket: "data", key: key))
      bytes[bytes.count - 1] ^= 1
      try server.put(bytes, bucket: "data", key: key)
      let run = try await StreamingProcess("verify", "s3://data/set", environment: environment)
      #expect(run.status == 65)
      #expect(run.lines.contains { $0.hasPrefix(String(key.dropFirst(4))) && $0.contains("xxh64") })
    }
  }
}
