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
  /// From here on, a request signed with it could arrive too late.
  private var lastUse: UnixTime?
  private var refreshTime: UnixTime?
  private var isHeld = false
  private var failures = 0

  /// What to do at a moment.
  func action(at now: UnixTime) -> Action {
    guard isValid(at: now) else { return .fetch }
    guard let refreshTime, let lastUse, now >= refreshTime else { return .use }
    return now >= lastUse ? .fetch : .useAndRefresh
  }

  /// Whether the held credential may be used, if need be.
  func isValid(at now: UnixTime) -> Bool { isHeld && expiration.map { now < $0 } ?? true }

  /// Takes note of a fresh credential.
  /// - Parameter fraction: an even random number from 0 to 1, for the jitter.
  mutating func refreshed(at now: UnixTime, expiration: UnixTime?, fraction: Double) {
    isHeld = true
    failures = 0
    self.expiration = expiration
    let life = expiration.map { max(.zero, $0 - now) }
    refreshTime = life.map { now + $0 * (0.7 + 0.1 * fraction) }
    lastUse = life.map { now + ($0 - min(.seconds(5), $0 * 0.1)) }
  }

  /// Takes note of a failed renewal: the next is tried after a while, not at every request.
  mutating func failed(at now: UnixTime, fraction: Double) {
    failures = min(failures + 1, 6)
    guard let lastUse, refreshTime != nil else { return }
    let next = now + .milliseconds(250 << failures) * (0.5 + 0.5 * fraction)
    refreshTime = now < lastUse ? min(next, lastUse) : next
  }

  /// Takes note that the held credential is not to be used again.
  mutating func forget() { isHeld = false }
}
