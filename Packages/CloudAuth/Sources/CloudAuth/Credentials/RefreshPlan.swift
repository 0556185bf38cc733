import ObjectStorage

/// Decides when a credential is renewed. No clock, no I/O.
struct RefreshPlan: Sendable {
  enum Action: Sendable, Hashable {
    /// The held credential is good.
    case use
    /// It is good, and it is time to fetch the next.
    case useAndRefresh
    /// There is none to use.
    case fetch
  }

  private var expiration: UnixTime?
  private var refreshTime: UnixTime?
  private var isHeld = false
  private var failures = 0

  /// What to do at a moment.
  func action(at now: UnixTime) -> Action {
    guard isHeld else { return .fetch }
    // A few seconds before its end, a request signed with it could arrive too late.
    if let expiration, now + .seconds(5) >= expiration { return .fetch }
    if let refreshTime, now >= refreshTime { return .useAndRefresh }
    return .use
  }

  /// Takes note of a fresh credential.
  /// - Parameter fraction: an even random number from 0 to 1, for the jitter.
  mutating func refreshed(at now: UnixTime, expiration: UnixTime?, fraction: Double) {
    isHeld = true
    failures = 0
    self.expiration = expiration
    refreshTime = expiration.map { now + ($0 - now) * (0.7 + 0.1 * fraction) }
  }

  /// Takes note of a failed renewal: the next is tried after a while, not at every request.
  mutating func failed(at now: UnixTime, fraction: Double) {
    failures = min(failures + 1, 6)
    if refreshTime != nil {
      refreshTime = now + .milliseconds(250 << failures) * (0.5 + 0.5 * fraction)
    }
  }

  /// Takes note that the held credential is not to be used again.
  mutating func forget() { isHeld = false }
}
