/// Receives counts and times of a data set, to hand them on to a metrics system; `SwiftMetrics` of `StreamingMetrics` does
/// so to swift-metrics.
///
/// Called from any thread, also from several at once, under no lock; it must not block.
public protocol MetricsRecorder: Sendable {
  /// Adds to a counter.
  func add(_ count: Int, to metric: StreamingMetric)
  /// Adds a duration to a timer's distribution.
  func record(_ duration: Duration, in metric: StreamingMetric)
}

/// What is counted or timed. More may be added.
public struct StreamingMetric: Sendable, Hashable, CustomStringConvertible {
  /// The name for a metrics system: `streaming_` and words with underscores; bytes and seconds are said in it.
  public let name: String
  public var description: String { name }

  /// A metric of a name of your own.
  public init(_ name: String) { self.name = name }

  // MARK: Counters

  /// Bytes of shards that came from a store.
  public static let fetchedBytes = StreamingMetric("streaming_fetched_bytes")
  /// Shards that came from a store.
  public static let fetchedShards = StreamingMetric("streaming_fetched_shards")
  /// Shards that were in the cache when they were needed first.
  public static let cacheHits = StreamingMetric("streaming_cache_hits")
  /// Shards that were not.
  public static let cacheMisses = StreamingMetric("streaming_cache_misses")
  /// Shards that this process removed to stay within a limit.
  public static let evictions = StreamingMetric("streaming_cache_evictions")
  /// Shards that were found damaged and fetched again.
  public static let damagedShards = StreamingMetric("streaming_damaged_shards")
  /// Requests to a store that were repeated.
  public static let retries = StreamingMetric("streaming_retries")
  /// Batches that the consumer was given, and their samples.
  public static let batches = StreamingMetric("streaming_batches")
  public static let samples = StreamingMetric("streaming_samples")

  // MARK: Timers

  /// From the request for a batch to its delivery.
  public static let batchLatency = StreamingMetric("streaming_batch_latency_seconds")
  /// From the start of a shard's fetch to its end, waiting for room and for other processes included.
  public static let fetchTime = StreamingMetric("streaming_fetch_seconds")

  /// Who records what the current task does.
  @TaskLocal package static var recorder: (any MetricsRecorder)?
}
