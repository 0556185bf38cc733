import Foundation
import PythonJSON
import Streaming
import TestSupport
import Testing

@Suite("streaming bench read")
struct BenchVerbTests {
  private func bench(_ folder: String, _ options: String...) async throws -> JSONValue {
    let run = try await StreamingProcess(["bench", "read", folder, "--json"] + options)
    #expect(run.status == 0, "\(run.errorText)")
    #expect(run.lines.count == 1)
    return try JSONValue(parsing: run.lines.first ?? "")
  }

  @Test("prints the keys that other tools read")
  func keys() async throws {
    try await withGoldenCopy("formats/mds-only-fixed-columns/data") { folder in
      let json = try await bench(folder, "--epochs", "2", "--batch-size", "7")
      let count = try await StreamingProcess("head", folder, "--count", "100000", "--json").lines.count
      #expect(json["samples"]?.int == 2 * count)
      for key in [
        "samples_per_s", "bytes_per_s", "first_batch_s", "peak_rss_bytes", "gather_bytes_per_s",
        "gather_ratio",
      ] {
        #expect((json[key]?.double ?? 0) > 0, "\(key)")
      }
      #expect(json["content_hash"]?.string?.count == 16)
    }
  }

  /// The one column's bytes lie back to back behind the offsets, so that its hash is that of the shards' tails:
  /// `python3 -c "import json,xxhash; …"` over `encoded` of the case's samples, in order.
  @Test("content_hash is the xxh64 of the delivered bytes in order")
  func contentHash() async throws {
    try await withGoldenCopy("formats/mds-int") { folder in
      let samples = try JSONValue(
        parsing: try String(contentsOfFile: folder + "/case.json", encoding: .utf8))["samples"]
      var bytes: [UInt8] = []
      for sample in try #require(samples?.array) {
        let (_, field) = try #require(sample.object?.first)
        let hex = try #require(field["encoded"]?["hex"]?.string)
        for start in stride(from: 0, to: hex.utf8.count, by: 2) {
          bytes.append(try #require(UInt8(hex.dropFirst(start).prefix(2), radix: 16)))
        }
      }
      let json = try await bench(folder + "/data", "--batch-size", "1000000")
      #expect(json["content_hash"]?.string == HashAlgorithm.xxh64.digest(of: bytes.span.bytes).hex)
    }
  }

  @Test("a shuffled run is the same each time and another than in order")
  func shuffled() async throws {
    try await withGoldenCopy("formats/mds-comp-zstd/data") { folder in
      var hashes: [String?] = []
      for options in [["--shuffle"], ["--shuffle"], []] {
        let run = try await StreamingProcess(["bench", "read", folder, "--json"] + options)
        hashes.append(try JSONValue(parsing: run.lines.first ?? "")["content_hash"]?.string)
      }
      #expect(hashes[0] != nil && hashes[0] == hashes[1] && hashes[0] != hashes[2])
    }
  }

  @Test("text shards have no copy limit")
  func text() async throws {
    try await withGoldenCopy("writer/csv-size-limit-500/expected") { folder in
      let json = try await bench(folder)
      #expect(json["gather_ratio"] == .null)
    }
  }
}
