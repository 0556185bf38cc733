import SystemLibC

/// A moment, in nanoseconds since 1970 (UTC, without leap seconds).
public struct UnixTime: Sendable, Hashable, Comparable {
  /// Nanoseconds since 1970, negative before.
  public let nanoseconds: Int64

  /// Wraps a number of nanoseconds since 1970.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// Wraps a number of seconds since 1970, clamped to the years 1677 to 2262.
  public init(seconds: Int64) {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    nanoseconds = overflow ? (seconds < 0 ? .min : .max) : product
  }

  /// The system's clock.
  public static var now: UnixTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UnixTime(nanoseconds: Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec))
  }

  /// Whole seconds since 1970, rounded toward the past.
  public var seconds: Int64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return remainder < 0 ? quotient - 1 : quotient
  }

  public static func < (left: UnixTime, right: UnixTime) -> Bool { left.nanoseconds < right.nanoseconds }

  /// A later moment, clamped.
  public static func + (time: UnixTime, duration: Duration) -> UnixTime {
    let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
    return UnixTime(nanoseconds: overflow ? (duration < .zero ? .min : .max) : sum)
  }

  /// The time from `right` to `left`.
  public static func - (left: UnixTime, right: UnixTime) -> Duration {
    .nanoseconds(left.nanoseconds) - .nanoseconds(right.nanoseconds)
  }
}

extension Duration {
  /// Nanoseconds, clamped to what `Int64` holds.
  package var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflowed ? (seconds < 0 ? .min : .max) : sum
  }
}
