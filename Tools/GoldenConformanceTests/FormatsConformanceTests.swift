import GoldenConformance
import TestSupport
import Testing

@Suite(
  "Data sets that upstream wrote, and damaged ones", .enabled(if: Golden.path != nil, "needs the golden data")
)
struct FormatsConformanceTests {
  @Test("no case fails", arguments: [("formats", 94), ("hostile", 250)])
  func section(name: String, leastCount: Int) async throws {
    let runner = ConformanceRunner(directory: try #require(Golden.path))
    var count = 0
    var skipped = 0
    for one in try runner.caseNames(in: name) {
      let report = await runner.reportHere(section: name, name: one)
      #expect(report.outcome != .failed, "\(one): \(report.explanation)")
      // Only what needs an image decoder may be left out.
      #expect(report.skips.allSatisfy { $0.contains("decoder") }, "\(one)")
      skipped += report.outcome == .skipped ? 1 : 0
      count += 1
    }
    print("\(name): \(count) cases, \(skipped) skipped")
    #expect(count >= leastCount)
  }
}
