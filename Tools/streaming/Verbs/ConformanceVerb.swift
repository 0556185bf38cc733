import ArgumentParser
import Foundation
import GoldenConformance
import PythonJSON
import StoreFaultMatrix

/// `streaming conformance`: computes every golden case from its inputs and compares.
struct ConformanceVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Check this build against golden data that upstream wrote.",
    discussion: """
      With --faults no directory is needed: each cell of the table tells what came of a fault, `right` for the right \
      bytes or the kind of the error.

      Prints a line per failing case, a count per section, and `N passed, N failed` on the last line (`, N skipped` \
      for what is not built yet). Exits with 0 only when nothing failed.

      EXAMPLE
        streaming conformance IntegrationTests/golden --section formats \\
          --section writer
      """)

  @Argument(help: "A directory <section>/<case>/case.json.", completion: .directory)
  var directory: String?

  @Flag(help: "Instead, run every fault against every operation of the stores, and print the table.")
  var faults = false

  @Option(name: .customLong("section"), help: "Check only this section; may be given several times.")
  var sections: [String] = []

  @Flag(help: "Print one JSON object instead of lines.")
  var json = false

  @Option(name: .customLong("isolated-case"), help: .hidden)
  var isolatedCase: String?

  func run() async throws {
    if faults { return try await runFaults() }
    guard let directory else { throw ValidationError("Give a directory of golden data, or --faults.") }
    if let isolatedCase { return try await IsolatedCase.serve(isolatedCase, in: directory) }
    var runner = ConformanceRunner(directory: directory)
    runner.isolated = { try IsolatedCase.run(section: $0, name: $1, in: directory) }
    let names = try chosenSections(of: runner, directory)
    var results: [SectionResult] = []
    var failures: [CaseResult] = []
    for name in names {
      results.append(
        try await runner.run(section: name) { one in
          guard one.report.outcome == .failed else { return }
          failures.append(one)
          if !json { print("FAIL \(one.section)/\(one.name): \(one.report.explanation)") }
        })
    }
    let total = ConformanceTotal(results)
    guard total.count > 0 else {
      throw CommandError(
        .noInput,
        "\(directory): expected <section>/<case>/case.json, found no case.\nGive the folder that holds manifest.json."
      )
    }
    if json {
      print(String(decoding: summary(results, failures, total).encoded(sortingKeys: false), as: UTF8.self))
    } else {
      for result in results { print(line(result)) }
      print(total.description)
    }
    if total.failed > 0 { throw ExitCode(ExitStatus.checkFailed.rawValue) }
  }

  private func runFaults() async throws {
    let cells = await FaultMatrix().run()
    print(FaultMatrix.table(cells))
    if cells.isEmpty || cells.contains(where: { !$0.isGood }) {
      throw ExitCode(ExitStatus.checkFailed.rawValue)
    }
  }

  private func chosenSections(of runner: ConformanceRunner, _ directory: String) throws -> [String] {
    let present: [String]
    do {
      present = try runner.sectionNames()
    } catch {
      throw CommandError(
        .noInput,
        "\(directory): expected a directory of golden data, cannot be read.\nGive the folder that holds manifest.json."
      )
    }
    for section in sections where !present.contains(section) {
      throw CommandError(
        .noInput, "\(directory): no section `\(section)`, found \(present.joined(separator: ", ")).")
    }
    return sections.isEmpty ? present : present.filter(sections.contains)
  }

  private func line(_ result: SectionResult) -> String {
    var line = "\(result.name): \(result.passed) passed, \(result.failed) failed"
    if result.skipped > 0 { line += ", \(result.skipped) skipped" }
    line += " (\(result.passedCheckCount) checks passed"
    if result.skippedCheckCount > 0 { line += ", \(result.skippedCheckCount) not yet" }
    line += ")"
    if let reason = SectionRegistry.notYet[result.name] { line += " not yet: \(reason)" }
    return line
  }

  private func summary(_ results: [SectionResult], _ failures: [CaseResult], _ total: ConformanceTotal)
    -> JSONValue
  {
    func number(_ value: Int) -> JSONValue { .integer(JSONInteger(value)) }
    func object(_ members: [(String, JSONValue)]) -> JSONValue {
      var object = JSONObject()
      for (key, value) in members { object.append(key, value) }
      return .object(object)
    }
    let sections = results.map {
      object([
        ("name", .string($0.name)), ("passed", number($0.passed)), ("failed", number($0.failed)),
        ("skipped", number($0.skipped)), ("passed_checks", number($0.passedCheckCount)),
        ("skipped_checks", number($0.skippedCheckCount)),
      ])
    }
    let failed = failures.map {
      object([
        ("section", .string($0.section)), ("name", .string($0.name)),
        ("failures", .array($0.report.failures.map { .string($0) })),
      ])
    }
    return object([
      ("passed", number(total.passed)), ("failed", number(total.failed)), ("skipped", number(total.skipped)),
      ("sections", .array(sections)), ("failing", .array(failed)),
    ])
  }
}

/// The counts of all sections, and the last line.
struct ConformanceTotal: CustomStringConvertible {
  let passed, failed, skipped: Int

  init(_ results: [SectionResult]) {
    passed = results.reduce(0) { $0 + $1.passed }
    failed = results.reduce(0) { $0 + $1.failed }
    skipped = results.reduce(0) { $0 + $1.skipped }
  }

  var count: Int { passed + failed + skipped }
  var description: String {
    "\(passed) passed, \(failed) failed" + (skipped > 0 ? ", \(skipped) skipped" : "")
  }
}
