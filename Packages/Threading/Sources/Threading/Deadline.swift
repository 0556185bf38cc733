/// The moment at which a wait gives up, on the monotonic clock.
public struct Deadline: Sendable, Hashable {
  /// The moment; nil for none.
  let instant: ContinuousClock.Instant?

  /// A deadline that never comes. For waits that something else is sure to end, such as a close.
  public static let never = Deadline(instant: nil)

  /// A deadline `duration` from now; huge durations never come.
  public static func after(_ duration: Duration) -> Deadline {
    duration.components.seconds > 1 << 40 ? .never : Deadline(instant: .now + duration)
  }

  /// The time that is left, zero once it has passed; nil when it never comes.
  public var remaining: Duration? {
    guard let instant else { return nil }
    return max(.zero, ContinuousClock.now.duration(to: instant))
  }

  /// Whether the moment has passed.
  public var hasPassed: Bool { instant.map { $0 <= .now } ?? false }

  /// The earlier of two.
  public static func earlier(_ first: Deadline, _ second: Deadline) -> Deadline {
    guard let one = first.instant else { return second }
    guard let two = second.instant else { return first }
    return one < two ? first : second
  }
}
