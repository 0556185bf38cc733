import Foundation
import PythonJSON
import TestSupport
import Testing

@Suite("streaming inspect, head and verify")
struct InspectionVerbTests {
  @Test("inspect tells samples, shards and columns from the index alone")
  func inspect() async throws {
    try await withGoldenCopy("formats/mds-comp-zstd/data") { folder in
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "index.json" {
        try FileManager.default.removeItem(atPath: folder + "/" + name)
      }
      let run = try await StreamingProcess("inspect", folder, "--json")
      #expect(run.status == 0)
      let json = try JSONValue(parsing: run.lines.first ?? "")
      #expect(json["schemas"]?[0]?["compression"]?.string == "zstd")
      #expect((json["samples"]?.int ?? 0) > 0)
      #expect(json["shard_list"]?.array?.count == json["shards"]?.int)
      let text = try await StreamingProcess("inspect", folder, "--shards")
      #expect(text.lines.contains { $0.hasPrefix("column") })
      #expect(text.lines.count > (json["shards"]?.int ?? .max))
    }
  }

  @Test("head prints samples as JSON lines, whole with --json, from the end when --from is negative")
  func head() async throws {
    try await withGoldenCopy("formats/mds-int/data") { folder in
      let all = try await StreamingProcess("head", folder, "--count", "1000", "--json")
      #expect(all.status == 0)
      #expect(all.lines.count > 3)
      for line in all.lines { #expect(try JSONValue(parsing: line).object != nil) }
      let last = try await StreamingProcess("head", folder, "--from", "-2", "--json")
      #expect(last.lines == Array(all.lines.suffix(2)))
      #expect(try await StreamingProcess("head", folder, "--count", "0").lines.isEmpty)
    }
  }

  @Test("head of compressed shards leaves the data set's directory as it was")
  func headInPlace() async throws {
    try await withGoldenCopy("formats/mds-comp-zstd/data") { folder in
      let before = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      let run = try await StreamingProcess("head", folder, "--count", "1")
      #expect(run.status == 0 && run.lines.count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == before)
    }
  }

  @Test("a sample that is not there is a usage error")
  func headBeyond() async throws {
    try await withGoldenCopy("formats/mds-int/data") { folder in
      let run = try await StreamingProcess("head", folder, "--from", "100000")
      #expect(run.status == 64)
      run.expectError(naming: "--from 100000")
    }
  }

  @Test(
    "verify finds no damage in sound data sets",
    arguments: [
      "mds-int", "mds-json", "mds-comp-gz", "mds-hash-xxh64", "mds-combo-1", "csv-zstd-hashes", "xsv-0",
      "json-lf",
    ])
  func sound(name: String) async throws {
    try await withGoldenCopy("formats/\(name)/data") { folder in
      let run = try await StreamingProcess("verify", folder)
      #expect(run.status == 0, "\(run.lines) \(run.errorText)")
      #expect(run.lines.last?.hasSuffix("no damage") == true)
    }
  }

  @Test("verify tells of shards that the index lost, and finds a data set without a sample unsound")
  func emptyIndex() async throws {
    try await withGoldenCopy("formats/mds-comp-gz/data") { folder in
      let shards = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("shard.") }.sorted()
      try #require(shards.count > 1)
      try Data(#"{"shards": [], "version": 2}"#.utf8).write(to: URL(fileURLWithPath: folder + "/index.json"))
      let run = try await StreamingProcess("verify", folder)
      #expect(run.status == 65)
      let others = shards.count - 1
      #expect(
        run.lines == [
          "\(shards[0]) and \(others) more: not listed in index.json, left unread",
          "index.json: expected samples, found none in 0 shards",
        ])
      let json = try JSONValue(parsing: try await StreamingProcess("verify", folder, "--json").lines.first ?? "")
      #expect(json["unlisted_shards"]?.array?.compactMap(\.string) == shards)
      for shard in shards { try FileManager.default.removeItem(atPath: folder + "/" + shard) }
      let empty = try await StreamingProcess("verify", folder)
      #expect(empty.status == 65)
      #expect(empty.lines == ["index.json: expected samples, found none in 0 shards"])
    }
  }

  @Test("verify tells of a further shard beside a sound data set, which stays sound")
  func unlistedShard() async throws {
    try await withGoldenCopy("formats/mds-int/data") { folder in
      let further = ["shard.77777.mds", "shard.77777.mds.zstd"]
      for name in further + ["shard.77777.mds.12-3.tmp", "shard.7.mds", "notes.txt"] {
        try Data([1]).write(to: URL(fileURLWithPath: folder + "/" + name))
      }
      let run = try await StreamingProcess("verify", folder)
      #expect(run.status == 0)
      #expect(run.lines.first == "\(further[0]) and 1 more: not listed in index.json, left unread")
      #expect(run.lines.last?.hasSuffix("no damage") == true)
    }
  }

  @Test("verify lists all damage: a changed byte, a cut file and a missing one, each by its name")
  func damaged() async throws {
    try await withGoldenCopy("formats/csv-zstd-hashes/data") { folder in
      let shards = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
        $0.hasSuffix(".csv.zstd")
      }.sorted()
      try #require(shards.count >= 3)
      try flipByte(of: folder + "/" + shards[0], at: 20)
      let second = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + shards[1]))
      try second.dropLast().write(to: URL(fileURLWithPath: folder + "/" + shards[1]))
      try FileManager.default.removeItem(atPath: folder + "/" + shards[2])
      let run = try await StreamingProcess("verify", folder, "--jobs", "2")
      #expect(run.status == 65)
      for (shard, what) in zip(
        shards, ["expected", "expected \(second.count) bytes", "expected a file, found none"])
      {
        #expect(run.lines.contains { $0.hasPrefix(shard) && $0.contains(what) }, "\(shard): \(run.lines)")
      }
      #expect(run.lines.last == "3 of \(shards.count) shards damaged")
    }
  }

  @Test("verify finds what no hash covers: an offset that points outside")
  func badOffset() async throws {
    try await withGoldenCopy("hostile/shard-offset-max/data") { folder in
      let run = try await StreamingProcess("verify", folder, "--json")
      #expect(run.status == 65)
      let json = try JSONValue(parsing: run.lines.first ?? "")
      #expect((json["damaged_shards"]?.int ?? 0) > 0)
    }
  }

  @Test(
    "verify notices every class of damage, without a hash to tell of it",
    .enabled(if: Golden.path != nil, "needs the golden data"),
    arguments: [
      "basename-missing", "br-trailing-garbage", "bz2-truncated", "bz2-too-short-inside", "columns-fewer-sizes",
      "csv-bad-int", "csv-data-cut", "csv-meta-count-max", "csv-offset-decreasing", "encoding-ndarray-huge-shape",
      "gz-bomb", "jpeg-text", "png-bad-crc", "png-cut", "samples-zero-all", "shard-offset-max", "shards-empty",
    ])
  func everyDamage(name: String) async throws {
    let run = try await StreamingProcess("verify", try #require(Golden.path) + "/hostile/\(name)/data")
    #expect(run.status == 65 || run.status == 66, "\(run.lines) \(run.errorText)")
    #expect(!(run.lines.joined() + run.errorText).isEmpty)
  }

  @Test("verify leaves images undecoded when asked to", .enabled(if: Golden.path != nil, "needs the golden data"))
  func skipImages() async throws {
    let folder = try #require(Golden.path) + "/hostile/png-cut/data"
    let run = try await StreamingProcess("verify", folder)
    #expect(run.status == 65 && run.lines.contains { $0.hasPrefix("shard.00000.mds") && $0.contains("expected") })
    #expect(try await StreamingProcess("verify", folder, "--skip-images").status == 0)
  }

  @Test(
    "names that leave the directory are refused by every verb",
    arguments: ["basename-dotdot", "basename-absolute"])
  func hostileNames(name: String) async throws {
    try await withGoldenCopy("hostile/\(name)/data") { folder in
      for verb in ["inspect", "head", "verify"] {
        let run = try await StreamingProcess(verb, folder)
        #expect(run.status == 65)
        run.expectError(naming: folder)
      }
    }
  }

  @Test("a pickle column is told by inspect and refused by head")
  func pickles() async throws {
    try await withGoldenCopy("formats/mds-pkl/data") { folder in
      #expect(try await StreamingProcess("inspect", folder).lines.contains { $0.contains("pkl") })
      let run = try await StreamingProcess("head", folder)
      #expect(run.status == 65)
      run.expectError(naming: "pkl")
    }
  }

  @Test("an absent data set is named, with status 66", arguments: ["inspect", "head", "verify"])
  func absent(verb: String) async throws {
    try await withTemporaryDirectory { folder in
      let run = try await StreamingProcess(verb, folder + "/nothing")
      #expect(run.status == 66)
      run.expectError(naming: folder + "/nothing")
    }
  }

  @Test(
    "a malformed index is told with its file, with status 65",
    arguments: ["index-truncated", "index-trailing-garbage"])
  func malformedIndex(name: String) async throws {
    try await withGoldenCopy("hostile/\(name)/data") { folder in
      let run = try await StreamingProcess("inspect", folder)
      #expect(run.status == 65)
      run.expectError(naming: "index.json")
    }
  }
}
