import Foundation
import Testing
import Threading

@Suite struct TimerTests {
  private static let tasks = "/proc/self/task"

  /// Hundredths of a second that the timer's thread has run; nil where there is none.
  private static func spent() -> Int? {
    for task in (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? [] {
      guard let line = try? String(contentsOfFile: "\(tasks)/\(task)/stat", encoding: .utf8), line.contains("(st-timer)")
      else { continue }
      let fields = line.split(separator: " ")
      return [13, 14].reduce(0) { $0 + (Int(fields[$1]) ?? 0) }
    }
    return nil
  }

  @Test(
    "the timer's thread sleeps until the next alarm",
    .enabled(if: FileManager.default.fileExists(atPath: "/proc/self/task"), "needs /proc"))
  func sleeps() async throws {
    let monitor = Monitor(false)
    let waiting = Task {
      try await monitor.waitAsync(until: .after(.seconds(60)), charging: StallCause("a change")) { $0 ? () : nil }
    }
    try await delay(for: .milliseconds(20), charging: StallCause("the timer"))
    let before = try #require(Self.spent())
    try await delay(for: .milliseconds(300), charging: StallCause("the timer"))
    let after = try #require(Self.spent())
    monitor.notifying { $0 = true }
    try await waiting.value
    #expect(after - before <= 5, "\(after - before) hundredths of a second in 30")
  }
}
