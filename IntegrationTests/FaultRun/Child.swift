import Foundation
import Threading

/// A reading process, started by a scenario and ended by itself or by us.
final class Child: Sendable {
  private struct State: Sendable {
    var status: Int32?
    var reason: Process.TerminationReason?
  }

  private let state = Monitor(State())
  let process: Int32
  private let output: String

  init(_ arguments: [String], _ environment: [String: String], output: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // A file, not a pipe: a full pipe would stop the child.
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardOutput = file
    process.standardError = file
    process.standardInput = FileHandle.nullDevice
    self.output = output
    let state = state
    process.terminationHandler = { ended in
      let (status, reason) = (ended.terminationStatus, ended.terminationReason)
      state.notifying { $0 = State(status: status, reason: reason) }
    }
    try process.run()
    self.process = process.processIdentifier
  }

  var isRunning: Bool { state.withLock { $0.status == nil } }

  /// What it has printed so far.
  var text: String { (try? String(contentsOfFile: output, encoding: .utf8)) ?? "" }

  /// Ends it as `kill -9` does.
  func kill() {
    if isRunning { Foundation.kill(process, SIGKILL) }
  }

  /// Sends it a signal.
  func send(_ signal: Int32) {
    if isRunning { Foundation.kill(process, signal) }
  }

  /// The signal that ended it; nil when none did, or it runs still.
  var endingSignal: Int32? { state.withLock { $0.reason == .uncaughtSignal ? $0.status : nil } }

  /// Waits for its end; true when it ended by itself with status 0.
  /// - Throws: ``Unexpected`` when it hangs: it is killed then.
  @discardableResult
  func ended(within limit: Duration = .seconds(120)) async throws -> Bool {
    do {
      return try await state.waitAsync(until: .after(limit), charging: StallCause("a reading process")) { state in
        state.status.map { $0 == 0 && state.reason == .exit }
      }
    } catch {
      kill()
      throw Unexpected("a process hung; it said: \(text.suffix(500))")
    }
  }

  /// Waits until its output has a line that begins with this.
  func said(_ start: String, within limit: Duration = .seconds(60)) async throws {
    let deadline = ContinuousClock.now + limit
    while !text.split(separator: "\n").contains(where: { $0.hasPrefix(start) }) {
      try expect(ContinuousClock.now < deadline && isRunning, "expected `\(start)`, found: \(text.suffix(500))")
      try await delay(for: .milliseconds(10), charging: StallCause("a line of a process"))
    }
  }
}
