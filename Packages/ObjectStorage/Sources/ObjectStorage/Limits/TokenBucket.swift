/// Hands out bytes at a steady rate: tells how long to wait for some. Pure.
///
/// More may be taken than there is; whoever comes next waits the longer. A pause fills at most a quarter of a second.
public struct TokenBucket: Sendable, Hashable {
  /// Bytes a second.
  public let rate: Double
  private var tokens: Double
  private var last = Duration.zero

  /// Starts full.
  /// - Parameter bytesPerSecond: at least 1.
  public init(bytesPerSecond: Int) {
    rate = Double(max(1, bytesPerSecond))
    tokens = rate / 4
  }

  /// Takes `byteCount` bytes at `now`, a duration since any start.
  /// - Returns: how long to wait before they may be moved.
  public mutating func take(_ byteCount: Int, at now: Duration) -> Duration {
    if now > last {
      tokens = min(rate / 4, tokens + (now - last).seconds * rate)
      last = now
    }
    tokens -= Double(byteCount)
    return tokens >= 0 ? .zero : .seconds(-tokens / rate)
  }
}
