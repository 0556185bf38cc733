import Threading

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
