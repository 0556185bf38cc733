import Foundation
import Synchronization

/// One line on the standard error stream that tells how far something is; nothing where that is no terminal.
final class ProgressLine: Sendable {
  private struct State {
    var done = 0
    var shown = ContinuousClock.now - .seconds(1)
    var isVisible = false
  }

  private let title: String
  private let total: Int?
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  /// - Parameter total: how many there will be; nil when ``show(_:of:)`` tells.
  init(_ title: String, total: Int? = nil) {
    self.title = title
    self.total = total
  }

  /// Counts one more as done. Any thread may call.
  func advance() {
    guard standardErrorIsTerminal else { return }
    state.withLock { state in
      state.done += 1
      show(state.done, of: total ?? state.done, &state)
    }
  }

  /// Tells how many are done, of how many. Any thread may call.
  func show(_ done: Int, of total: Int) {
    guard standardErrorIsTerminal else { return }
    state.withLock { show(done, of: total, &$0) }
  }

  private func show(_ done: Int, of total: Int, _ state: inout State) {
    guard ContinuousClock.now - state.shown >= .milliseconds(100) else { return }
    state.shown = .now
    state.isVisible = true
    let elapsed = Int(seconds(start.duration(to: .now)))
    write("\r\u{1B}[K\(title): \(done) of \(total), \(elapsed) s")
  }

  /// Prints a line of the result without breaking the progress line.
  func print(_ line: String) {
    state.withLock { state in
      if state.isVisible { write("\r\u{1B}[K") }
      state.isVisible = false
      FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
  }

  /// Takes the line away.
  func finish() {
    state.withLock { state in
      if state.isVisible { write("\r\u{1B}[K") }
      state.isVisible = false
    }
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// The processors that this process may use.
func processorCount() -> Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
