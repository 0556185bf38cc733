import FakeObjectStores
import Foundation
import PythonJSON
import TestSupport
import Testing

@Suite("streaming and addresses of other stores than S3")
struct OtherStoresTests {
  /// A golden data set's files, and its folder.
  private func withFiles(
    _ body: (_ files: [String: [UInt8]], _ folder: String) async throws -> Void
  ) async throws {
    try await withGoldenCopy("formats/mds-comp-zstd/data") { folder in
      var files: [String: [UInt8]] = [:]
      for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
        files[file] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + file)))
      }
      try await body(files, folder)
    }
  }

  private func expectSame(_ address: String, as folder: String, _ environment: [String: String]) async throws {
    for verb in [["head", "--json"], ["inspect", "--json"], ["verify"]] {
      let local = try await StreamingProcess([verb[0], folder] + verb.dropFirst())
      let remote = try await StreamingProcess([verb[0], address] + verb.dropFirst(), environment: environment)
      #expect(remote.status == 0, "\(remote.errorText)")
      #expect(remote.lines == local.lines)
    }
  }

  /// What `doctor` tells of an address that works.
  private func expectDoctor(
    _ address: String, _ environment: [String: String], tells words: [String], hides secret: String? = nil
  ) async throws {
    let run = try await StreamingProcess("doctor", address, environment: environment)
    #expect(run.status == 0, "\(run.errorText)")
    let text = run.lines.joined(separator: "\n")
    for word in words + ["agree within 2 s", "MB/s"] { #expect(text.contains(word), "\(word) in:\n\(text)") }
    if let secret { #expect(!(text + run.errorText).contains(secret)) }
  }

  /// Converts rows to an address and into a folder: the samples are the same.
  private func expectConverts(to address: String, _ environment: [String: String]) async throws {
    try await withTemporaryDirectory { folder in
      let rows = (0..<500).map { "{\"number\": \($0), \"text\": \"row \($0)\"}" }.joined(separator: "\n")
      try rows.write(toFile: folder + "/rows.jsonl", atomically: true, encoding: .utf8)
      for out in [address, folder + "/out"] {
        let run = try await StreamingProcess(
          [
            "convert", folder + "/rows.jsonl", "--to", "mds", "--out", out, "--columns", "number:int,text:str",
            "--size-limit", "4kb",
          ], environment: environment)
        #expect(run.status == 0, "\(run.errorText)")
      }
      try await expectSame(address, as: folder + "/out", environment)
    }
  }

  @Test("gs:// is read and written, by a token-less emulator's address")
  func google() async throws {
    try await withFiles { files, folder in
      let server = try FakeGCS()
      for (name, bytes) in files { try server.put(bytes, bucket: "data", key: "set/\(name)") }
      let environment = ["STORAGE_EMULATOR_HOST": server.host.endpoint]
      try await expectSame("gs://data/set", as: folder, environment)
      try await expectConverts(to: "gs://data/fresh", environment)
      try await expectDoctor(
        "gs://data/set", environment, tells: ["Google Cloud Storage", server.host.endpoint, "anonymous access", "EU"])
    }
  }

  @Test("azure:// is read and written, with the account's key")
  func azure() async throws {
    try await withFiles { files, folder in
      let server = try FakeAzure()
      for (name, bytes) in files { try server.put(bytes, container: "data", key: "set/\(name)") }
      let environment = [
        "AZURE_ACCOUNT_NAME": server.options.account, "AZURE_ACCOUNT_ACCESS_KEY": server.options.key,
        "AZURE_STORAGE_ENDPOINT": server.endpoint,
      ]
      try await expectSame("azure://\(server.options.account)/data/set", as: folder, environment)
      try await expectSame("azure-dl://data/set", as: folder, environment)
      try await expectConverts(to: "azure://data/fresh", environment)
      try await expectDoctor(
        "azure://data/set", environment, tells: ["Azure Blob Storage", server.endpoint, "environment", "(in use)"],
        hides: server.options.key)
    }
  }

  @Test("hf:// is read, with the token from the environment; without it the message says what to set")
  func hub() async throws {
    try await withFiles { files, folder in
      let hub = try FakeHub(token: "hunter2")
      for (name, bytes) in files {
        try hub.put(bytes, repository: "org/data", path: "set/\(name)", isLarge: name != "index.json")
      }
      try await expectSame(
        "hf://datasets/org/data/set", as: folder, ["HF_ENDPOINT": hub.host.endpoint, "HF_TOKEN": "hunter2"])
      try await expectDoctor(
        "hf://datasets/org/data/set", ["HF_ENDPOINT": hub.host.endpoint, "HF_TOKEN": "hunter2"],
        tells: ["the Hugging Face Hub", hub.host.endpoint, "HF_TOKEN", "org/data", "main"], hides: "hunter2")
      let refused = try await StreamingProcess(
        "head", "hf://datasets/org/data/set", environment: ["HF_ENDPOINT": hub.host.endpoint])
      #expect(refused.status != 0 && refused.errorText.contains("HF_TOKEN"))
    }
  }
}
