import Threading

extension RetryPlan {
  /// Waits before the next attempt as the plan says.
  /// - Returns: false when there is no next attempt, or the task was cancelled.
  package mutating func waits(
    after failure: ObjectStoreError, receivedByteCount: Int = 0, hasAnswered: Bool = true
  ) async -> Bool {
    let decision = failed(
      failure.retry, receivedByteCount: receivedByteCount,
      isUnreachable: !hasAnswered && failure.code == .unreachable, fraction: Double.random(in: 0...1))
    guard case .retry(let delay) = decision, !Task.isCancelled else { return false }
    return delay > .zero ? await Backoff.elapses(delay) : true
  }
}

/// The delay between two attempts.
enum Backoff {
  private static let cause = StallCause("storage backoff")

  /// Suspends for a time.
  /// - Returns: false when the task was cancelled meanwhile.
  static func elapses(_ delay: Duration) async -> Bool {
    do throws(WaitError) {
      try await Threading.delay(for: delay, charging: cause)
      return true
    } catch {
      return false
    }
  }
}
