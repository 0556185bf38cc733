import FakeObjectStores
import Foundation
import PythonJSON
import TestSupport
import Testing

@Suite("streaming ls, cat, cp and doctor")
struct StoreVerbTests {
  private func withServer(
    _ body: (_ server: FakeS3, _ folder: String, _ environment: [String: String]) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { folder in
      let server = try FakeS3(buckets: ["data", "other"]) { $0.pageLength = 3 }
      defer { server.stop() }
      for (key, count) in [("set/a.bin", 10), ("set/b c.bin", 300_000), ("set/deep/d.bin", 0), ("top", 3)] {
        try server.put(Self.bytes(count), bucket: "data", key: key)
      }
      try await body(
        server, folder,
        [
          "AWS_ACCESS_KEY_ID": FakeS3.Credential.test.accessKeyID,
          "AWS_SECRET_ACCESS_KEY": FakeS3.Credential.test.secretAccessKey, "AWS_REGION": "us-east-1",
          "S3_ENDPOINT_URL": server.endpoint, "HOME": folder,
        ])
    }
  }

  private static func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 13 >> 2) }
  }

  private func file(_ path: String) -> [UInt8]? {
    FileManager.default.contents(atPath: path).map { [UInt8]($0) }
  }

  @Test("ls shows a level, everything below, or one object, page by page")
  func list() async throws {
    try await withServer { _, _, environment in
      let level = try await StreamingProcess("ls", "s3://data/set", environment: environment)
      #expect(level.status == 0)
      #expect(
        level.lines.map { $0.split(separator: "  ").last.map(String.init) }
          == [" deep/", "a.bin", "b c.bin"].map { $0.trimmingCharacters(in: .whitespaces) })
      let all = try await StreamingProcess("ls", "s3://data", "-r", "--json", environment: environment)
      let keys = try all.lines.map { try JSONValue(parsing: $0)["key"]?.string }
      #expect(keys == ["set/a.bin", "set/b c.bin", "set/deep/d.bin", "top"])
      #expect(try JSONValue(parsing: all.lines[1])["byte_count"]?.int == 300_000)
      let one = try await StreamingProcess("ls", "s3://data/set/a.bin", environment: environment)
      #expect(one.status == 0 && one.lines.count == 1 && one.lines[0].hasSuffix("a.bin"))
      let none = try await StreamingProcess("ls", "s3://data/nothing", environment: environment)
      #expect(none.status == 66)
    }
  }

  @Test("cat writes the bytes, or a range of them")
  func cat() async throws {
    try await withServer { server, folder, environment in
      try server.put(Array("first\nsecond\n".utf8), bucket: "data", key: "text")
      let whole = try await StreamingProcess("cat", "s3://data/text", environment: environment)
      #expect(whole.lines == ["first", "second"])
      let part = try await StreamingProcess(
        "cat", "s3://data/text", "--bytes", "6-11", environment: environment)
      #expect(part.lines == ["second"])
      let last = try await StreamingProcess("cat", "s3://data/text", "--bytes=-7", environment: environment)
      #expect(last.lines == ["second"])
      let wrong = try await StreamingProcess(
        "cat", "s3://data/text", "--bytes", "9-2", environment: environment)
      #expect(wrong.status == 64)
      let absent = try await StreamingProcess("cat", "s3://data/none", environment: environment)
      #expect(absent.status == 66)
    }
  }

  @Test("cp goes up, down and across, one object or all, and only what is missing when asked")
  func copy() async throws {
    try await withServer { server, folder, environment in
      let down = try await StreamingProcess(
        "cp", "-r", "s3://data/set", folder + "/down", environment: environment)
      #expect(down.status == 0, "\(down.errorText)")
      #expect(file(folder + "/down/b c.bin") == Self.bytes(300_000))
      #expect(file(folder + "/down/deep/d.bin") == [])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder + "/down").sorted() == [
          "a.bin", "b c.bin", "deep",
        ])
      #expect(down.errorText.contains("copied 3 objects"))

      let up = try await StreamingProcess(
        "cp", "-r", "-q", folder + "/down", "s3://other/x", environment: environment)
      #expect(up.status == 0 && up.errorText.isEmpty)
      #expect(server.keys(bucket: "other") == ["x/a.bin", "x/b c.bin", "x/deep/d.bin"])
      #expect(server.bytes(bucket: "other", key: "x/b c.bin") == Self.bytes(300_000))

      let across = try await StreamingProcess(
        "cp", "s3://data/set/b c.bin", "s3://other/y/", environment: environment)
      #expect(across.status == 0)
      #expect(server.bytes(bucket: "other", key: "y/b c.bin") == Self.bytes(300_000))
      let named = try await StreamingProcess(
        "cp", "s3://data/top", "s3://data/renamed", environment: environment)
      #expect(named.status == 0)
      #expect(server.bytes(bucket: "data", key: "renamed") == Self.bytes(3))

      try FileManager.default.removeItem(atPath: folder + "/down/a.bin")
      server.clearRequests()
      let again = try await StreamingProcess(
        "cp", "-r", "--missing", "s3://data/set", folder + "/down", environment: environment)
      #expect(again.status == 0 && again.errorText.contains("copied 1 objects"))
      #expect(server.requests.filter { !$0.key.isEmpty }.map(\.key) == ["set/a.bin"])
      #expect(file(folder + "/down/a.bin") == Self.bytes(10))

      let nothing = try await StreamingProcess(
        "cp", "-r", "s3://data/none", folder + "/none", environment: environment)
      #expect(nothing.status == 66)
    }
  }

  @Test("doctor tells where the credentials came from and what works, and no secret")
  func doctor() async throws {
    try await withServer { server, folder, environment in
      let run = try await StreamingProcess("doctor", "s3://data/set", environment: environment)
      #expect(run.status == 0, "\(run.errorText)")
      let text = run.lines.joined(separator: "\n")
      for words in [
        "s3://data/set", server.endpoint, "us-east-1", "AWS_ACCESS_KEY_ID", "(in use)",
        "agree within 2 s", "2 objects and 1 folders", "300000 bytes of b c.bin at",
      ] { #expect(text.contains(words), "\(words) in:\n\(text)") }
      #expect(!text.contains(FakeS3.Credential.test.secretAccessKey))

      server.setClockOffset(.seconds(400))
      let late = try await StreamingProcess("doctor", "s3://data", "--json", environment: environment)
      let json = try JSONValue(parsing: late.lines.first ?? "")
      #expect(json["clock"]?.string?.contains("behind the service: set it") == true, "\(late.lines)")
      #expect(json["credentials"]?.array?.isEmpty == false)

      var wrong = environment
      wrong["AWS_SECRET_ACCESS_KEY"] = "not/the/secret"
      let refused = try await StreamingProcess("doctor", "s3://data/set", environment: wrong)
      #expect(refused.status == 77)
      #expect(refused.lines.contains { $0.hasPrefix("failure") && $0.contains("SignatureDoesNotMatch") })
      #expect(!(refused.lines.joined() + refused.errorText).contains("not/the/secret"))
    }
  }

  @Test("options by URL prefix come from the file that STREAMING_STORES names")
  func options() async throws {
    try await withServer { server, folder, environment in
      let second = try FakeS3(buckets: ["elsewhere"]) { $0.publicBuckets = ["elsewhere"] }
      defer { second.stop() }
      try second.put([1], bucket: "elsewhere", key: "x")
      let path = folder + "/stores.json"
      try "{\"s3://elsewhere\": {\"endpoint\": \"\(second.endpoint)\", \"anonymous\": true}}".write(
        toFile: path, atomically: true, encoding: .utf8)
      var environment = environment
      environment["STREAMING_STORES"] = path
      let there = try await StreamingProcess("ls", "s3://elsewhere", environment: environment)
      #expect(there.status == 0 && there.lines.count == 1, "\(there.errorText)")
      let here = try await StreamingProcess("ls", "s3://data", environment: environment)
      #expect(here.status == 0 && here.lines.count == 2)
      try "{\"s3://\": {\"reggion\": 1}}".write(toFile: path, atomically: true, encoding: .utf8)
      let broken = try await StreamingProcess("ls", "s3://data", environment: environment)
      #expect(broken.status == 78)
      broken.expectError(naming: path)
    }
  }

  @Test("an address that nobody answers at is told within seconds")
  func unreachable() async throws {
    try await withServer { server, _, environment in
      server.stop()
      let start = ContinuousClock.now
      let run = try await StreamingProcess("ls", "s3://data", environment: environment)
      #expect(run.status == 69)
      #expect(start.duration(to: .now) < .seconds(5))
    }
  }
}
