import Foundation
import Streaming

/// The progress of a conversion on the standard error stream; nothing where that is no terminal.
final class ConvertProgress {
  private let title: String
  private let start = ContinuousClock.now
  private var shown = ContinuousClock.now - .seconds(1)
  private var isVisible = false

  init(_ title: String) { self.title = title }

  /// Tells how many bytes of the input were read, of how many, where that is known.
  func show(byteCount: Int, of total: Int?) {
    show(total.map { "\(percent(byteCount, $0)) % of \(ByteCount($0))" } ?? "\(ByteCount(byteCount))")
  }

  /// Tells how many samples were written, of how many.
  func show(sampleCount: Int, of total: Int) { show("\(percent(sampleCount, total)) % of \(total) samples") }

  /// Takes the line away.
  func finish() {
    if isVisible { write("\r\u{1B}[K") }
    isVisible = false
  }

  private func show(_ text: @autoclosure () -> String) {
    guard standardErrorIsTerminal, ContinuousClock.now - shown >= .milliseconds(100) else { return }
    shown = .now
    isVisible = true
    write("\r\u{1B}[K\(title): \(text()), \(start.duration(to: .now).components.seconds) s")
  }

  private func percent(_ count: Int, _ total: Int) -> Int { total > 0 ? Int(100 * Double(count) / Double(total)) : 100 }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
