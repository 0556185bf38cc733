/// What came of one case: its checks, counted, and why those that did not pass did not.
package struct CaseReport: Sendable {
  /// How a case counts: a failed check makes it failed, else a skipped one makes it skipped.
  package enum Outcome: String, Sendable { case passed, failed, skipped }

  package private(set) var passedCheckCount = 0
  /// A line per failed check: what was expected, what came.
  package private(set) var failures: [String] = []
  /// The reason of each skipped check.
  package private(set) var skips: [String] = []

  package init() {}

  /// Counts one check of the case.
  /// - Parameter message: what was expected and what came; only asked for when the check failed.
  package mutating func expect(_ passed: Bool, _ message: @autoclosure () -> String) {
    if passed { passedCheckCount += 1 } else { failures.append(message()) }
  }

  /// Counts one check; `difference` tells what was expected and what came, nil when they are equal.
  package mutating func expect(noDifference difference: String?, _ what: @autoclosure () -> String) {
    if let difference { failures.append(what() + ": " + difference) } else { passedCheckCount += 1 }
  }

  /// Counts one check as not built yet.
  package mutating func skip(_ reason: String) { skips.append(reason) }

  /// Counts one check that expects the error that `body` throws, of any type.
  package mutating func expectError(_ what: @autoclosure () -> String, _ body: () async throws -> Void) async
  {
    do {
      try await body()
      failures.append("\(what()): expected an error, none came")
    } catch {
      passedCheckCount += 1
    }
  }

  /// A case in which nothing was checked proves nothing and counts as failed.
  package var outcome: Outcome {
    if !failures.isEmpty { return .failed }
    if !skips.isEmpty { return .skipped }
    return passedCheckCount > 0 ? .passed : .failed
  }

  /// Why the case is not passed, in one line.
  package var explanation: String {
    let (first, more) =
      failures.isEmpty
      ? (skips.first ?? "expected at least one check, none ran", skips.count - 1)
      : (failures[0], failures.count - 1)
    let line = String(first.map { $0.isNewline ? " " : $0 })
    return more > 0 ? line + " (and \(more) more)" : line
  }
}

extension CaseReport {
  /// A report assembled from what another process counted.
  package init(passedCheckCount: Int, failures: [String], skips: [String]) {
    self.passedCheckCount = passedCheckCount
    self.failures = failures
    self.skips = skips
  }
}
