import Testing
import Threading

@Suite struct MonitorTests {
  static let cause = StallCause("a test")

  @Test("a waiting thread sees the change that it waits for")
  func waitsForChange() throws {
    let monitor = Monitor(0)
    let thread = NamedThread.start("changer") { monitor.notifying { $0 = 7 } }
    let seen = try monitor.wait(until: .after(.seconds(10)), charging: Self.cause) { $0 == 7 ? $0 : nil }
    thread.join()
    #expect(seen == 7)
  }

  @Test("a wait ends at its deadline and is charged to its cause")
  func timesOut() {
    let monitor = Monitor(0)
    let account = StallAccount()
    let error = #expect(throws: WaitError.self) {
      try monitor.wait(until: .after(.milliseconds(20)), charging: Self.cause, to: account) { _ -> Int? in nil }
    }
    #expect(error?.reason == .timedOut)
    #expect(account.summary[Self.cause, default: .zero] >= .milliseconds(20))
  }

  @Test("a suspended task is woken by a notification, its deadline or its cancellation")
  func asyncForms() async throws {
    let monitor = Monitor(0)
    let waiting = Task { try await monitor.waitAsync(until: .after(.seconds(10)), charging: Self.cause) { $0 > 0 ? $0 : nil } }
    monitor.notifying { $0 = 3 }
    #expect(try await waiting.value == 3)

    let late = await #expect(throws: WaitError.self) {
      try await monitor.waitAsync(until: .after(.milliseconds(20)), charging: Self.cause) { _ -> Int? in nil }
    }
    #expect(late?.reason == .timedOut)

    let cancelled = Task { try await monitor.waitAsync(until: .never, charging: Self.cause) { _ -> Int? in nil } }
    cancelled.cancel()
    let error = await #expect(throws: WaitError.self) { try await cancelled.value }
    #expect(error?.reason == .cancelled)
  }

  @Test("no notification is lost between many tasks and threads")
  func stress() async throws {
    let monitor = Monitor(0)
    let rounds = 500
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for round in 1...rounds {
            try await monitor.waitAsync(until: .after(.seconds(30)), charging: Self.cause) { $0 >= round ? () : nil }
          }
        }
      }
      let thread = NamedThread.start("notifier") { for _ in 1...rounds { monitor.notifying { $0 += 1 } } }
      try await group.waitForAll()
      thread.join()
    }
  }

  @Test("alarms ring in the order of their moments, cancelled ones never")
  func delays() async throws {
    let start = ContinuousClock.now
    async let long: Void = delay(for: .milliseconds(60), charging: Self.cause)
    async let short: Void = delay(for: .milliseconds(10), charging: Self.cause)
    try await short
    #expect(start.duration(to: .now) >= .milliseconds(10))
    try await long
    #expect(start.duration(to: .now) >= .milliseconds(60))
    let task = Task { try await delay(for: .seconds(3600), charging: Self.cause) }
    task.cancel()
    await #expect(throws: WaitError.self) { try await task.value }
  }
}
