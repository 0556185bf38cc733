import SystemLibC

/// Nanoseconds since a loader began. Reading it costs no system call.
struct LoaderClock: Sendable {
  private let start = monotonicNanoseconds()

  var now: Int64 { monotonicNanoseconds() &- start }

  static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }
}
