import Synchronization

/// One suspended task: woken by a notification, its deadline or its cancellation, whichever is first.
///
/// Used again for later waits, so that waiting allocates nothing; whoever woke it may come late, in a later wait, which
/// then looks at its state once more than it had to.
final class AsyncWaiter: Sendable {
  private enum Phase {
    case idle, woken
    // Not a checked one, which allocates: this type resumes it once, as it leaves the phase that it is taken from.
    case suspended(UnsafeContinuation<Void, Never>)
  }

  private struct State {
    var phase = Phase.idle
    /// When the present wait gives up.
    var deadline: ContinuousClock.Instant?
    /// The earliest moment at which the timer is going to look here.
    var alarm: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  /// Makes it ready for the next suspension.
  func prepare() { state.withLock { $0.phase = .idle } }

  /// Ends the suspension, now or as soon as it begins.
  func wake() {
    let continuation: UnsafeContinuation<Void, Never>? = state.withLock { state in
      defer { state.phase = .woken }
      if case .suspended(let continuation) = state.phase { return continuation }
      return nil
    }
    continuation?.resume()
  }

  /// Suspends until woken, until the deadline or until the task is cancelled.
  func suspend(until deadline: Deadline) async {
    if let instant = deadline.instant { setAlarm(instant) }
    await withTaskCancellationHandler {
      // Safe because `wake` takes the continuation out as it resumes it, and a waiter has one task at a time.
      await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
        let isWoken = state.withLock { state in
          if case .woken = state.phase { return true }
          state.phase = .suspended(continuation)
          return false
        }
        if isWoken { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
    state.withLock { $0.deadline = nil }
  }

  /// An alarm of an earlier wait that has not rung yet does for a later deadline: it is set again when it rings.
  private func setAlarm(_ instant: ContinuousClock.Instant) {
    let isNew = state.withLock { state in
      state.deadline = instant
      if let alarm = state.alarm, alarm <= instant { return false }
      state.alarm = instant
      return true
    }
    if isNew { DeadlineTimer.shared.schedule(self, at: instant) }
  }

  /// The alarm of that moment rings: wakes the task if its deadline has come.
  /// - Returns: when the alarm is to ring again.
  func ring(_ alarm: ContinuousClock.Instant, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
    let (isDue, next) = state.withLock { state in
      let isDue = state.deadline.map { $0 <= now } ?? false
      // Another alarm, set for an earlier deadline later on, has taken its place.
      guard state.alarm == alarm else { return (isDue, ContinuousClock.Instant?.none) }
      state.alarm = isDue ? nil : state.deadline
      return (isDue, state.alarm)
    }
    if isDue { wake() }
    return next
  }
}
