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

  @Test("one task's waits each end at their own deadline, whatever came before")
  func deadlines() async throws {
    let monitor = Monitor(0)
    func wait(_ duration: Duration) async -> Duration? {
      do {
        try await monitor.waitAsync(until: .after(duration), charging: StallCause("nothing")) { _ -> Void? in nil }
        return nil
      } catch {
        return error.reason == .timedOut ? error.waited : nil
      }
    }
    // Far, near, far again: with alarms of earlier waits still to ring.
    let notifier = Task {
      try await delay(for: .milliseconds(5), charging: StallCause("the notification"))
      monitor.notifying { $0 = 1 }
    }
    try await monitor.waitAsync(until: .after(.seconds(60)), charging: StallCause("a change")) { $0 == 1 ? () : nil }
    try await notifier.value
    for milliseconds in [10, 40, 5, 30] {
      let waited = try #require(await wait(.milliseconds(milliseconds)))
      #expect(waited >= .milliseconds(milliseconds) && waited < .seconds(20), "\(waited) of \(milliseconds) ms")
    }
  }

  @Test("thousands of waits with far deadlines, one after another and at once, all end when they are told to")
  func manyWaits() async throws {
    let monitor = Monitor(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2000 {
        group.addTask {
          let gate = Monitor(false)
          async let told: Void = { gate.notifying { $0 = true } }()
          try await gate.waitAsync(until: .after(.seconds(600)), charging: StallCause("its own")) { $0 ? () : nil }
          await told
          try await monitor.waitAsync(until: .after(.seconds(600)), charging: StallCause("all")) { $0 == 1 ? () : nil }
        }
      }
      monitor.notifying { $0 = 1 }
      try await group.waitForAll()
    }
  }
}
