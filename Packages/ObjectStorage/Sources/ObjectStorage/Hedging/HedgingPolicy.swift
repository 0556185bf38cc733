/// When a second request is sent beside one that does not begin to answer.
///
/// After Dean and Barroso, "The Tail at Scale", CACM 2013: late enough that few requests are doubled, early enough to
/// cut the tail.
public struct HedgingPolicy: Sendable, Hashable {
  /// The part of requests that is slower than the delay, from 0 to 1: 0.05 waits for the 95th percentile.
  public var doubledFraction: Double
  /// The shortest delay, and the one used until enough answers were seen.
  public var minimumDelay: Duration
  /// Second requests per request, at most, over time: a service that is slow as a whole is not asked twice.
  public var budget: Double

  /// Makes a policy.
  public init(
    doubledFraction: Double = 0.05, minimumDelay: Duration = .milliseconds(50), budget: Double = 0.1
  ) {
    self.doubledFraction = min(1, max(0, doubledFraction))
    self.minimumDelay = max(.zero, minimumDelay)
    self.budget = min(1, max(0, budget))
  }
}
