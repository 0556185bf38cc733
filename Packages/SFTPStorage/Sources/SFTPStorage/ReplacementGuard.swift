import ObjectStorage
import Threading

/// Keeps the reads of a file and its replacement apart, within this process.
///
/// libcurl opens a file and asks for its size by its path, one after the other: between them another version may take the
/// name. Times have whole seconds, so a look afterwards does not tell two versions of one second apart.
final class ReplacementGuard: Sendable {
  private struct Use {
    var readerCount = 0
    var isReplaced = false
    /// Replacements that wait: reads that begin later let them go first.
    var waitingCount = 0

    var isIdle: Bool { readerCount == 0 && !isReplaced && waitingCount == 0 }
  }

  private let uses = Monitor<[String: Use]>([:])
  private static let cause = StallCause("a file that is read or replaced")

  /// Waits until the file is not being replaced. ``endReading(_:)`` must follow.
  func beginReading(_ path: String) async throws(WaitError) {
    try await uses.waitAsync(until: .never, charging: Self.cause) { uses -> Void? in
      let use = uses[path, default: Use()]
      guard !use.isReplaced, use.waitingCount == 0 else { return nil }
      uses[path, default: Use()].readerCount += 1
      return ()
    }
  }

  func endReading(_ path: String) { end(path) { $0.readerCount -= 1 } }

  /// Waits until nobody reads or replaces the file. ``endReplacing(_:)`` must follow.
  func beginReplacing(_ path: String) async throws(WaitError) {
    uses.withLock { $0[path, default: Use()].waitingCount += 1 }
    do throws(WaitError) {
      try await uses.waitAsync(until: .never, charging: Self.cause) { uses -> Void? in
        let use = uses[path, default: Use()]
        guard use.readerCount == 0, !use.isReplaced else { return nil }
        uses[path, default: Use()].waitingCount -= 1
        uses[path, default: Use()].isReplaced = true
        return ()
      }
    } catch {
      end(path) { $0.waitingCount -= 1 }
      throw error
    }
  }

  func endReplacing(_ path: String) { end(path) { $0.isReplaced = false } }

  private func end(_ path: String, _ change: (inout Use) -> Void) {
    uses.notifying { uses in
      change(&uses[path, default: Use()])
      if uses[path]?.isIdle == true { uses[path] = nil }
    }
  }
}
