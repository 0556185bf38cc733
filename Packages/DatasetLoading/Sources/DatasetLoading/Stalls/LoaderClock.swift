/// Nanoseconds since a loader began. Reading it costs no system call.
struct LoaderClock: Sendable {
  private let start = ContinuousClock.now

  var now: Int64 { Self.nanoseconds(start.duration(to: .now)) }

  static func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000
  }
}
