import Synchronization

/// Takes down how long parts of a fetch took.
public final class FetchTiming: Sendable {
  private let time = Mutex(Duration.zero)

  /// Nothing yet.
  public init() {}

  /// The time that went into decompression.
  public var decompressing: Duration { time.withLock { $0 } }

  func addDecompression(_ duration: Duration) { time.withLock { $0 += duration } }
}
