import Synchronization

/// One suspended task: woken once, by a notification, its deadline or its cancellation, whichever is first.
final class AsyncWaiter: Sendable {
  private enum Phase {
    case idle, woken
    case suspended(CheckedContinuation<Void, Never>)
  }

  private let phase = Mutex<Phase>(.idle)

  /// Ends the suspension, now or as soon as it begins.
  func wake() {
    let continuation: CheckedContinuation<Void, Never>? = phase.withLock { phase in
      defer { phase = .woken }
      if case .suspended(let continuation) = phase { return continuation }
      return nil
    }
    continuation?.resume()
  }

  /// Suspends until woken, until the deadline or until the task is cancelled.
  func suspend(until deadline: Deadline) async {
    let alarm = deadline.instant.map { DeadlineTimer.shared.schedule(at: $0) { [weak self] in self?.wake() } }
    await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        let isWoken = phase.withLock { phase in
          if case .woken = phase { return true }
          phase = .suspended(continuation)
          return false
        }
        if isWoken { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
    if let alarm { DeadlineTimer.shared.cancel(alarm) }
  }
}
