public import CoreMetrics
public import ObjectStorage
import Synchronization

/// Hands the counts and times of data sets on to swift-metrics, and so to Prometheus, StatsD or OpenTelemetry: whatever the
/// program has set up by `MetricsSystem.bootstrap`.
///
/// Each ``StreamingMetric`` is a `Counter` or a `Timer` of its name. It is made when it is told of first, so bootstrap
/// before a data set is read; what has not happened yet is absent, not 0. Any thread may call, for any number of data sets.
///
/// ```swift
/// let metrics = SwiftMetrics(dimensions: [("rank", "3")])
/// let dataset = try await StreamingDataset(streams, batchSize: 32) { $0.metrics = metrics }
/// ```
public final class SwiftMetrics: MetricsRecorder {
  /// What every counter and timer is told apart by besides its name.
  public let dimensions: [(String, String)]
  private let factory: (any MetricsFactory)?
  private let counters = Handlers<Counter>()
  private let timers = Handlers<Timer>()

  /// - Parameter dimensions: names and values, such as the rank and the data set.
  /// - Parameter factory: makes counters and timers. Nil: the one that the program has set up.
  public init(dimensions: [(String, String)] = [], factory: (any MetricsFactory)? = nil) {
    self.dimensions = dimensions
    self.factory = factory
  }

  public func add(_ count: Int, to metric: StreamingMetric) {
    let counter = counters.handler(of: metric) {
      Counter(label: metric.name, dimensions: dimensions, factory: factory ?? MetricsSystem.factory)
    }
    counter.increment(by: count)
  }

  public func record(_ duration: Duration, in metric: StreamingMetric) {
    let timer = timers.handler(of: metric) {
      Timer(label: metric.name, dimensions: dimensions, factory: factory ?? MetricsSystem.factory)
    }
    timer.recordNanoseconds(duration.saturatedNanoseconds)
  }
}

/// What metrics are handed on to, made when it is told of first: making one takes the factory's locks, adding to it does not.
private struct Handlers<Handler: Sendable>: ~Copyable, Sendable {
  private let made = Mutex<[StreamingMetric: Handler]>([:])

  func handler(of metric: StreamingMetric, _ make: () -> Handler) -> Handler {
    made.withLock { made in
      if let handler = made[metric] { return handler }
      let handler = make()
      made[metric] = handler
      return handler
    }
  }
}

extension Duration {
  /// The duration in nanoseconds, the nearest that there is.
  fileprivate var saturatedNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isOver) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
    return isBeyond || isOver ? (seconds < 0 ? .min : .max) : sum
  }
}
