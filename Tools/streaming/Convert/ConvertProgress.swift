import Foundation
import Streaming

/// The progress of a conversion on the standard error stream; nothing where that is no terminal.
final class ConvertProgress {
  private let title: String
  private let start = ContinuousClock.now
  private var shown = ContinuousClock.now - .seconds(1)
  private var isVisible = false

  init(_ title: String) { self.title = title }

  /// Tells how many bytes of the input were read.
  func show(_ count: Int, of total: Int) {
    guard standardErrorIsTerminal, ContinuousClock.now - shown >= .milliseconds(100) else { return }
    shown = .now
    isVisible = true
    let percent = total > 0 ? Int(100 * Double(count) / Double(total)) : 100
    let elapsed = start.duration(to: .now).components.seconds
    write("\r\u{1B}[K\(title): \(percent) % of \(ByteCount(total)), \(elapsed) s")
  }

  /// Takes the line away.
  func finish() {
    if isVisible { write("\r\u{1B}[K") }
    isVisible = false
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
