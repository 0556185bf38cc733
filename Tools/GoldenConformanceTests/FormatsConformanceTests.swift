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
    for one in try runner.caseNames(in: name) {
      let report = await runner.reportHere(section: name, name: one)
      #expect(report.outcome != .failed, "\(one): \(report.explanation)")
      count += 1
    }
    #expect(count >= leastCount)
  }
}
