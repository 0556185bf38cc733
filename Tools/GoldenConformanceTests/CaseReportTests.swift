import GoldenConformance
import Testing

@Suite("What a case counts as")
struct CaseReportTests {
  @Test("a case without a check is failed, not passed")
  func nothingChecked() {
    #expect(CaseReport().outcome == .failed)
    #expect(CaseReport().explanation == "expected at least one check, none ran")
  }

  @Test("a failed check fails the case whatever else passed")
  func oneFailure() {
    var report = CaseReport()
    report.expect(true, "")
    report.skip("not built")
    report.expect(false, "expected 1, came 2")
    #expect(report.outcome == .failed)
    #expect(report.explanation == "expected 1, came 2")
    #expect(report.passedCheckCount == 1)
  }

  @Test("a skipped check keeps the case from being passed")
  func oneSkip() {
    var report = CaseReport()
    report.expect(true, "")
    report.skip("not built")
    #expect(report.outcome == .skipped)
  }

  @Test("an explanation is one line and tells how many more there are")
  func explanation() {
    var report = CaseReport()
    report.expect(false, "expected a\nb")
    report.expect(false, "other")
    #expect(report.explanation == "expected a b (and 1 more)")
  }

  @Test("an expected error passes when it comes and fails when it does not")
  func expectedErrors() async {
    var report = CaseReport()
    await report.expectError("opening") { throw GoldenError("refused") }
    #expect(report.outcome == .passed)
    await report.expectError("opening") {}
    #expect(report.failures == ["opening: expected an error, none came"])
  }
}
