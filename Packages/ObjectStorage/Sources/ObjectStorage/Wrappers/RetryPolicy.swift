/// How often and after what delay a request is repeated.
///
/// Delays are drawn evenly from zero to `baseDelay` × 2ⁿ, at most `maximumDelay` ("full jitter", Brooker,
/// AWS Architecture Blog 2015): many clients that failed together do not come back together. Once the limit is reached,
/// delays are drawn from its upper half, so that the number of attempts also tells the least time that is waited.
public struct RetryPolicy: Sendable, Hashable {
  /// Attempts without progress before giving up, the first included; at least 1.
  public var attempts: Int
  /// The longest delay before the second attempt.
  public var baseDelay: Duration
  /// The longest delay of all that are chosen here.
  public var maximumDelay: Duration
  /// The longest wait accepted when a service names one (`Retry-After`); a longer one ends the retries.
  public var maximumRequestedDelay: Duration
  /// Bytes of a body that count as progress: an attempt that brought as many is not held against the request.
  public var progressByteCount: Int
  /// Attempts at a place that has never answered and takes no connection: a wrong address is told soon, while the
  /// restart of a service that was there is waited for.
  public var attemptsAtUnreachable: Int
  /// The part of requests that may be repeated over time, above a reserve of 100: when a whole service fails, its
  /// clients do not multiply their requests.
  public var retryShare: Double

  /// Makes a policy; the defaults ride out a restart of a minute: 12 delays last 50 to 125 seconds, 88 on average.
  public init(
    attempts: Int = 13, baseDelay: Duration = .milliseconds(200), maximumDelay: Duration = .seconds(20),
    maximumRequestedDelay: Duration = .seconds(120), progressByteCount: Int = 1 << 18,
    attemptsAtUnreachable: Int = 3, retryShare: Double = 0.5
  ) {
    self.attemptsAtUnreachable = max(1, attemptsAtUnreachable)
    self.retryShare = min(1, max(0, retryShare))
    self.attempts = max(1, attempts)
    self.baseDelay = max(.zero, baseDelay)
    self.maximumDelay = max(.zero, maximumDelay)
    self.maximumRequestedDelay = max(.zero, maximumRequestedDelay)
    self.progressByteCount = max(1, progressByteCount)
  }

  /// One attempt, no retry.
  public static let none = RetryPolicy(attempts: 1)
}

/// The decisions of one request's retries: told of each failure, it says what to do. No clock, no I/O.
public struct RetryPlan: Sendable {
  /// What to do after a failure.
  public enum Decision: Sendable, Hashable {
    /// Report the failure.
    case giveUp
    /// Repeat the request after this time.
    case retry(after: Duration)
  }

  private let policy: RetryPolicy
  private var failures = 0
  private var refreshes = 0

  /// Starts with no failure.
  public init(_ policy: RetryPolicy) { self.policy = policy }

  /// Decides after a failure.
  /// - Parameter receivedByteCount: bytes of the body that this attempt brought.
  /// - Parameter isUnreachable: whether there was no connection to a place that has never answered.
  /// - Parameter fraction: an even random number from 0 to 1, for the jitter.
  public mutating func failed(
    _ advice: RetryAdvice, receivedByteCount: Int = 0, isUnreachable: Bool = false, fraction: Double
  ) -> Decision {
    if receivedByteCount >= policy.progressByteCount { failures = 0 }
    failures += 1
    let attempts = isUnreachable ? min(policy.attempts, policy.attemptsAtUnreachable) : policy.attempts
    guard advice != .never, failures < attempts else { return .giveUp }
    switch advice {
    case .never: return .giveUp
    case .now: return .retry(after: delay(fraction))
    case .after(let requested):
      guard requested <= policy.maximumRequestedDelay else { return .giveUp }
      // Jitter goes on top of what the service asked for, or all would return in the same instant.
      return .retry(after: max(.zero, requested) + delay(fraction))
    case .afterRefreshingCredentials:
      refreshes += 1
      return refreshes > 2 ? .giveUp : .retry(after: refreshes == 1 ? .zero : delay(fraction))
    }
  }

  private func delay(_ fraction: Double) -> Duration {
    var limit = policy.baseDelay
    for _ in 1..<failures where limit < policy.maximumDelay { limit = limit * 2 }
    let share = min(1, max(0, fraction))
    return limit < policy.maximumDelay ? limit * share : policy.maximumDelay * (0.5 + share / 2)
  }
}
