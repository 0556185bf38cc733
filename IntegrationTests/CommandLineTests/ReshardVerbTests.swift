import BinaryIO
import FakeObjectStores
import Foundation
import PythonJSON
import TestSupport
import Testing

@Suite("streaming reshard and index")
struct ReshardVerbTests {
  private static let writer = Golden.repositoryRoot + "/IntegrationTests/golden/writer/"

  private func expectEqual(_ folder: String, _ other: String) throws {
    let names = try FileSystem.list(other)
    #expect(try FileSystem.list(folder) == names)
    for name in names {
      #expect(try FileSystem.readAll(folder + "/" + name) == FileSystem.readAll(other + "/" + name), "\(name)")
    }
  }

  @Test("another size limit gives what upstream's writer makes of the same samples; through zstd and hashes and back too")
  func reshard() async throws {
    try await withTemporaryDirectory { folder in
      let source = Self.writer + "mds-size-limit-512/expected"
      let expected = Self.writer + "mds-size-limit-1kb/expected"
      let run = try await StreamingProcess("reshard", source, folder + "/a", "--size-limit", "1kb")
      #expect(run.status == 0, "\(run.errorText)")
      try expectEqual(folder + "/a", expected)
      let packed = try await StreamingProcess(
        "reshard", source, folder + "/zstd", "--compression", "zstd:3", "--hashes", "sha1,xxh64", "--size-limit", "2kb")
      #expect(packed.status == 0, "\(packed.errorText)")
      let inspected = try await StreamingProcess("inspect", folder + "/zstd", "--json")
      let schema = try JSONValue(parsing: inspected.lines.first ?? "")["schemas"]?[0]
      #expect(schema?["compression"] == "zstd:3" && schema?["hashes"] == ["sha1", "xxh64"])
      let back = try await StreamingProcess(
        "reshard", folder + "/zstd", folder + "/b", "--compression", "none", "--hashes", "none", "--size-limit", "1kb")
      #expect(back.status == 0, "\(back.errorText)")
      try expectEqual(folder + "/b", expected)
    }
  }

  @Test("from a bucket, to text, some columns")
  func remote() async throws {
    try await withTemporaryDirectory { folder in
      let server = try FakeS3(buckets: ["data"])
      defer { server.stop() }
      let source = Self.writer + "mds-size-limit-512/expected"
      for name in try FileSystem.list(source) {
        try server.put(try FileSystem.readAll(source + "/" + name), bucket: "data", key: "set/\(name)")
      }
      let environment = [
        "AWS_ACCESS_KEY_ID": FakeS3.Credential.test.accessKeyID,
        "AWS_SECRET_ACCESS_KEY": FakeS3.Credential.test.secretAccessKey, "AWS_REGION": server.options.region,
        "S3_ENDPOINT_URL": server.endpoint,
      ]
      let run = try await StreamingProcess(
        "reshard", "s3://data/set", folder + "/out", "--to", "jsonl", "--columns", "n:int", environment: environment)
      #expect(run.status == 0, "\(run.errorText)")
      let all = try await StreamingProcess("head", source, "--count", "1000", "--json").lines
      let numbers = try await StreamingProcess("head", folder + "/out", "--count", "1000", "--json").lines
      #expect(try numbers.map { try JSONValue(parsing: $0)["n"] } == all.map { try JSONValue(parsing: $0)["n"] })
    }
  }

  @Test("a column that text cannot hold, and the source as the target, are told")
  func refused() async throws {
    try await withTemporaryDirectory { folder in
      try FileManager.default.copyItem(
        atPath: Golden.repositoryRoot + "/IntegrationTests/golden/formats/mds-ndarray/data", toPath: folder + "/a")
      let run = try await StreamingProcess("reshard", folder + "/a", folder + "/b", "--to", "csv")
      #expect(run.status == 64)
      run.expectError(naming: "--columns")
      for out in [folder + "/a", folder, folder + "/a/in"] {
        let run = try await StreamingProcess("reshard", folder + "/a", out, "--replace")
        #expect(run.status == 64, "\(out)")
        #expect(FileManager.default.fileExists(atPath: folder + "/a/index.json"))
      }
      let absent = try await StreamingProcess("reshard", folder + "/nothing", folder + "/b")
      #expect(absent.status == 66)
      absent.expectError(naming: folder + "/nothing")
    }
  }

  @Test("index rebuild makes the lost index again; gaps and an index that is there are refused")
  func rebuild() async throws {
    try await withGoldenCopy("writer/mds-all-hashes/expected") { folder in
      let original = try FileSystem.readAll(folder + "/index.json")
      let refused = try await StreamingProcess("index", "rebuild", folder)
      #expect(refused.status == 73)
      refused.expectError(naming: "--replace")
      try FileSystem.remove(folder + "/index.json")
      let run = try await StreamingProcess("index", "rebuild", folder, "--jobs", "2")
      #expect(run.status == 0, "\(run.errorText)")
      #expect(try FileSystem.readAll(folder + "/index.json") == original)
    }
    try await withGoldenCopy("writer/mds-size-limit-512/expected") { folder in
      try FileSystem.remove(folder + "/shard.00002.mds")
      let run = try await StreamingProcess("index", "rebuild", folder, "--replace")
      #expect(run.status == 65)
      run.expectError(naming: "--allow-gaps")
      let gaps = try await StreamingProcess("index", "rebuild", folder, "--replace", "--allow-gaps", "--hashes", "md5")
      #expect(gaps.status == 0, "\(gaps.errorText)")
      #expect(try await StreamingProcess("verify", folder).status == 0)
    }
  }

  @Test("index merge in all its forms: named parts, the folders below, a local copy of a remote part")
  func merge() async throws {
    try await withTemporaryDirectory { folder in
      for part in ["p0", "p1"] {
        try FileManager.default.copyItem(
          atPath: Self.writer + "mds-size-limit-1kb/expected", toPath: folder + "/" + part)
      }
      let named = try await StreamingProcess("index", "merge", folder + "/p0", folder + "/p1", "--out", folder)
      #expect(named.status == 0, "\(named.errorText)")
      #expect(try await StreamingProcess("verify", folder).status == 0)
      let bytes = try FileSystem.readAll(folder + "/index.json")
      let again = try await StreamingProcess("index", "merge", "--under", folder)
      #expect(again.status == 73)
      again.expectError(naming: "--replace")
      let under = try await StreamingProcess("index", "merge", "--under", folder, "--replace")
      #expect(under.status == 0 && under.lines == named.lines)
      #expect(try FileSystem.readAll(folder + "/index.json") == bytes)

      let server = try FakeS3(buckets: ["data"])
      defer { server.stop() }
      for name in try FileSystem.list(folder + "/p1") {
        try server.put(try FileSystem.readAll(folder + "/p1/" + name), bucket: "data", key: "p1/\(name)")
      }
      let environment = [
        "AWS_ACCESS_KEY_ID": FakeS3.Credential.test.accessKeyID,
        "AWS_SECRET_ACCESS_KEY": FakeS3.Credential.test.secretAccessKey, "AWS_REGION": server.options.region,
        "S3_ENDPOINT_URL": server.endpoint,
      ]
      let mixed = try await StreamingProcess(
        "index", "merge", "\(folder)/p0::s3://data/p0", "\(folder)/absent/p1::s3://data/p1", "--out",
        "\(folder)/out::s3://data", environment: environment)
      #expect(mixed.status == 0, "\(mixed.errorText)")
      #expect(try FileSystem.readAll(folder + "/out/index.json") == bytes)
      #expect(server.bytes(bucket: "data", key: "index.json") == bytes)
      for arguments in [[folder + "/p0"], ["--out", folder], [folder + "/p0", "--out", folder, "--under", folder]] {
        #expect(try await StreamingProcess(["index", "merge"] + arguments).status == 64)
      }
    }
  }
}
