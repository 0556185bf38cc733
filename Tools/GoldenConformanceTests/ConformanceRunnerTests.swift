import Foundation
import GoldenConformance
import TestSupport
import Testing

@Suite("Walking golden data")
struct ConformanceRunnerTests {
  private func write(_ text: String, to path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  }

  @Test("an unknown section is skipped with a reason, never passed")
  func unknownSection() async throws {
    try await withTemporaryDirectory { folder in
      try write("{\"golden\": 1}", to: folder + "/weather/sunny/case.json")
      let runner = ConformanceRunner(directory: folder)
      #expect(try runner.sectionNames() == ["weather"])
      let result = try await runner.run(section: "weather") { one in
        #expect(one.report.skips == ["not yet: no such section is known"])
      }
      #expect((result.passed, result.failed, result.skipped) == (0, 0, 1))
    }
  }

  @Test(
    "what is wrong with one case fails that case alone", arguments: SectionRegistry.sections.map { $0.name })
  func brokenCases(section: String) async throws {
    try await withTemporaryDirectory { folder in
      try write("{\"golden\": 1, ", to: folder + "/\(section)/cut/case.json")
      try write("{}", to: folder + "/\(section)/empty/case.json")
      try FileManager.default.createDirectory(
        atPath: folder + "/\(section)/without", withIntermediateDirectories: true)
      let result = try await ConformanceRunner(directory: folder).run(section: section) { _ in }
      #expect((result.passed, result.failed, result.skipped) == (0, 3, 0))
    }
  }

  @Test("a section is either built or listed as not yet")
  func registry() {
    let built = Set(SectionRegistry.sections.map { $0.name })
    #expect(built.count == SectionRegistry.sections.count)
    #expect(built.isDisjoint(with: SectionRegistry.notYet.keys))
  }

  @Test("a copy can be written to and leaves the original as it is")
  func copies() async throws {
    try await withTemporaryDirectory { folder in
      try write("{}", to: folder + "/s/n/case.json")
      try write("before", to: folder + "/s/n/data/file")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o444], ofItemAtPath: folder + "/s/n/data/file")
      let one = try GoldenCase(section: "s", name: "n", folder: folder + "/s/n")
      var copied = ""
      try await one.withCopy(of: "data") { path in
        copied = path
        try write("after", to: path + "/file")
        #expect(try readFile(path + "/file") == Array("after".utf8))
      }
      #expect(!FileManager.default.fileExists(atPath: copied))
      #expect(try readFile(folder + "/s/n/data/file") == Array("before".utf8))
    }
  }
}
