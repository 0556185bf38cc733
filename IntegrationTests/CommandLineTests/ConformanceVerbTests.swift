import Foundation
import PythonJSON
import TestSupport
import Testing

@Suite("streaming conformance")
struct ConformanceVerbTests {
  /// A folder with one section and one case of it, changed by replacing a text in `case.json`.
  private func withCase<R>(
    _ section: String, _ name: String, replacing old: String = "", with new: String = "",
    _ body: (String) async throws -> R
  ) async throws -> R {
    try await withGoldenCopy("\(section)/\(name)") { copy in
      try await withTemporaryDirectory { folder in
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(section)", withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: copy, toPath: "\(folder)/\(section)/\(name)")
        let path = "\(folder)/\(section)/\(name)/case.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        if !old.isEmpty {
          try #require(text.contains(old))
          try text.replacing(old, with: new, maxReplacements: 1).write(
            toFile: path, atomically: true, encoding: .utf8)
        }
        return try await body(folder)
      }
    }
  }

  @Test("a case that holds is counted on the last line, with status 0")
  func passing() async throws {
    try await withCase("rng", "seed-sequence") { folder in
      let run = try await StreamingProcess("conformance", folder)
      #expect(run.status == 0)
      #expect(run.lines.last == "1 passed, 0 failed")
    }
  }

  @Test("a case that does not hold has a line with what was expected and what came, and status 1")
  func failing() async throws {
    try await withCase("rng", "seed-sequence", replacing: "2968811710", with: "2968811711") { folder in
      let run = try await StreamingProcess("conformance", folder)
      #expect(run.status == 1)
      #expect(run.lines.first?.hasPrefix("FAIL rng/seed-sequence: ") == true)
      #expect(run.lines.first?.contains("expected") == true)
      #expect(run.lines.last == "0 passed, 1 failed")
    }
  }

  @Test("a case.json that cannot be read fails its case")
  func unreadable() async throws {
    try await withCase("rng", "seed-sequence", replacing: "\"golden\"", with: "golden") { folder in
      let run = try await StreamingProcess("conformance", folder)
      #expect(run.lines.last == "0 passed, 1 failed")
    }
  }

  @Test("an unknown section is skipped, never passed")
  func unknown() async throws {
    try await withTemporaryDirectory { folder in
      try FileManager.default.createDirectory(
        atPath: folder + "/weather/sunny", withIntermediateDirectories: true)
      try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/weather/sunny/case.json"))
      let run = try await StreamingProcess("conformance", folder)
      #expect(run.status == 0)
      #expect(run.lines.last == "0 passed, 0 failed, 1 skipped")
    }
  }

  @Test("--section checks these alone; --json prints one object")
  func sectionAndJSON() async throws {
    let golden = Golden.repositoryRoot + "/IntegrationTests/golden"
    let run = try await StreamingProcess(
      "conformance", golden, "--section", "rng", "--section", "partition", "--json")
    #expect(run.status == 0)
    #expect(run.lines.count == 1)
    let json = try JSONValue(parsing: run.lines.first ?? "")
    #expect(json["sections"]?.array?.compactMap { $0["name"]?.string } == ["partition", "rng"])
    #expect(json["failed"]?.int == 0)
    #expect((json["passed"]?.int ?? 0) > 0)
  }

  @Test("no directory, no such section or no case is an error with status 66, not a success")
  func nothingToCheck() async throws {
    try await withTemporaryDirectory { folder in
      for arguments in [[folder + "/absent"], [folder], [folder, "--section", "rng"]] {
        let run = try await StreamingProcess(["conformance"] + arguments)
        #expect(run.status == 66)
        run.expectError(naming: folder)
      }
    }
  }

  @Test("every fault against every operation ends as it should, and the table says so")
  func faults() async throws {
    let run = try await StreamingProcess("conformance", "--faults")
    #expect(run.status == 0, "\(run.lines.filter { $0.contains("BAD") })")
    #expect(run.lines.count > 30)
    #expect(run.lines.last?.hasSuffix("as expected, 0 not") == true)
  }
}
