import Synchronization

/// Counts what goes through a ``MeasuredStore``. Any thread may add and read.
public final class StoreMetrics: Sendable {
  /// The counts of one kind of request.
  public struct Counts: Sendable, Hashable {
    /// Requests that ended, well or not.
    public var requests = 0
    /// Those that ended with an error, by kind.
    public var errors: [ObjectStoreError.Code: Int] = [:]
    /// Bytes that sinks took, or that sources gave.
    public var byteCount = 0
    /// The time of all requests together.
    public var time = Duration.zero
    /// The longest request.
    public var longest = Duration.zero
  }

  /// All counts at one moment.
  public struct Snapshot: Sendable, Hashable {
    /// By kind of request; kinds that did not occur are absent.
    public var counts: [StoreRequest.Operation: Counts] = [:]
    /// Requests under way.
    public var inFlight = 0
    /// The most requests under way at once.
    public var mostInFlight = 0

    /// The counts of a kind; zeros when it did not occur.
    public subscript(operation: StoreRequest.Operation) -> Counts { counts[operation] ?? Counts() }
  }

  private let state = Mutex(Snapshot())

  /// Starts at zero.
  public init() {}

  /// The counts now.
  public var snapshot: Snapshot { state.withLock { $0 } }

  func began() {
    state.withLock { state in
      state.inFlight += 1
      state.mostInFlight = max(state.mostInFlight, state.inFlight)
    }
  }

  func ended(
    _ operation: StoreRequest.Operation, after time: Duration, byteCount: Int, error: ObjectStoreError.Code?
  ) {
    state.withLock { state in
      state.inFlight -= 1
      var counts = state.counts[operation] ?? Counts()
      counts.requests += 1
      counts.byteCount += byteCount
      counts.time += time
      counts.longest = max(counts.longest, time)
      if let error { counts.errors[error, default: 0] += 1 }
      state.counts[operation] = counts
    }
  }
}
