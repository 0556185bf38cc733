import Foundation

/// Walks a directory of golden data and checks every case of it.
package struct ConformanceRunner: Sendable {
  /// The directory: `<section>/<case>/case.json`.
  package let directory: String
  /// Judges one case in a process of its own, so that a trap or a hang is a failed case; nil runs it here.
  ///
  /// Only sections listed in ``isolatedSections`` are asked for.
  package var isolated: (@Sendable (_ section: String, _ name: String) throws -> CaseReport)?
  /// Sections whose cases are made to break the reader.
  package static let isolatedSections: Set<String> = ["hostile"]

  package init(directory: String) { self.directory = directory }

  /// The names of the sections that the directory holds, in byte order.
  package func sectionNames() throws -> [String] {
    try listDirectory(directory).filter { isDirectory(directory + "/" + $0) }
  }

  /// The names of a section's cases, in byte order.
  package func caseNames(in section: String) throws -> [String] {
    try listDirectory(directory + "/" + section).filter { isDirectory(directory + "/" + section + "/" + $0) }
  }

  /// Checks every case of a section, telling `each` about one at a time.
  package func run(section: String, each: (CaseResult) throws -> Void) async throws -> SectionResult {
    var result = SectionResult(name: section)
    for name in try caseNames(in: section) {
      let one = CaseResult(section: section, name: name, report: await report(section: section, name: name))
      result.count(one.report)
      try each(one)
    }
    return result
  }

  /// Checks one case; whatever it throws becomes a failure of that case.
  package func report(section: String, name: String) async -> CaseReport {
    if Self.isolatedSections.contains(section), SectionRegistry.section(named: section) != nil, let isolated {
      do {
        return try isolated(section, name)
      } catch {
        return CaseReport(passedCheckCount: 0, failures: ["expected a report, came: \(error)"], skips: [])
      }
    }
    return await reportHere(section: section, name: name)
  }

  /// Checks one case in this process.
  package func reportHere(section: String, name: String) async -> CaseReport {
    var report = CaseReport()
    guard let implementation = SectionRegistry.section(named: section) else {
      report.skip("not yet: " + (SectionRegistry.notYet[section] ?? "no such section is known"))
      return report
    }
    do {
      let one = try GoldenCase(section: section, name: name, folder: "\(directory)/\(section)/\(name)")
      try await implementation.check(one, &report)
    } catch {
      report.expect(false, "expected no error, came \(type(of: error)): \(error)")
    }
    return report
  }
}

/// One case and what came of it.
package struct CaseResult: Sendable {
  package let section: String
  package let name: String
  package let report: CaseReport
}

/// The counts of a section.
package struct SectionResult: Sendable {
  package let name: String
  package private(set) var passed = 0
  package private(set) var failed = 0
  package private(set) var skipped = 0
  package private(set) var passedCheckCount = 0
  package private(set) var skippedCheckCount = 0

  package init(name: String) { self.name = name }

  package mutating func count(_ report: CaseReport) {
    passedCheckCount += report.passedCheckCount
    skippedCheckCount += report.skips.count
    switch report.outcome {
    case .passed: passed += 1
    case .failed: failed += 1
    case .skipped: skipped += 1
    }
  }
}

private func isDirectory(_ path: String) -> Bool {
  var result: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &result) && result.boolValue
}
