import Foundation
import Streaming
import Synchronization

/// How far a transfer is: a line that is written over on a terminal, a line per object elsewhere, a summary at the end.
final class TransferLine: Sendable {
  private struct State {
    var objectCount = 0
    var byteCount = 0
    var shown = ContinuousClock.now - .seconds(1)
    var isVisible = false
  }

  private let objectTotal: Int
  private let byteTotal: Int
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(_ items: [ObjectTransfer.Item], isQuiet: Bool) {
    objectTotal = items.count
    byteTotal = items.reduce(0) { $0 + $1.source.byteCount }
    self.isQuiet = isQuiet
  }

  /// Counts bytes. Any thread may call.
  func advance(_ byteCount: Int) {
    state.withLock { state in
      state.byteCount += byteCount
      guard standardErrorIsTerminal, !isQuiet, ContinuousClock.now - state.shown >= .milliseconds(100) else {
        return
      }
      state.shown = .now
      state.isVisible = true
      write(
        "\r\u{1B}[K\(state.objectCount) of \(objectTotal) objects, \(megabytes(state.byteCount)) of "
          + "\(megabytes(byteTotal)), \(rate(state.byteCount))")
    }
  }

  /// Counts an object, and names it where nobody watches a line.
  func finished(_ item: ObjectTransfer.Item) {
    state.withLock { state in
      state.objectCount += 1
      if !isQuiet, !standardErrorIsTerminal { write("\(item.target.text)\n") }
    }
  }

  /// Takes the line away and tells the sum.
  func end(skipped: Int) {
    state.withLock { state in
      if state.isVisible { write("\r\u{1B}[K") }
      guard !isQuiet else { return }
      let skippedWords = skipped > 0 ? ", \(skipped) were there" : ""
      write(
        "copied \(state.objectCount) objects, \(megabytes(state.byteCount)), \(rate(state.byteCount))\(skippedWords)\n"
      )
    }
  }

  private func rate(_ byteCount: Int) -> String {
    let elapsed = max(0.001, seconds(start.duration(to: .now)))
    return "\((Double(byteCount) / 1e5 / elapsed).rounded() / 10) MB/s"
  }

  private func megabytes(_ byteCount: Int) -> String { "\((Double(byteCount) / 1e5).rounded() / 10) MB" }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
