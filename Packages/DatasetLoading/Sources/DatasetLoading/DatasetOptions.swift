public import BinaryIO
public import CachePlanning
public import ColumnarBatch
public import ObjectStorage
public import SampleOrder
public import ShardCaching

/// Settings of a data set, with upstream's defaults. Those of the order are members as well: `$0.shuffle = .py1e`.
@dynamicMemberLookup
public struct DatasetOptions: Sendable {
  /// Everything that the order of samples depends on.
  public var order = OrderOptions()
  /// How far ahead of the consumer, in samples of this rank, shards are fetched. Nil: 8 batches, at least 64 samples, and
  /// enough that `fetchLimits` are used. Fewer than 2 batches count as 2; a loader's `prefetchBatches` may ask for more.
  public var predownload: Int?
  /// How shards are checked and kept, for streams without settings of their own.
  public var cache = CacheOptions()
  /// The bytes that the caches of all streams may take together on this node, over all processes that share them;
  /// upstream's `cache_limit`. Nil or 0: no limit. What is read from a directory without a remote does not count and is
  /// never removed. A limit too small for the batches is refused, naming the smallest that works.
  public var cacheLimit: ByteCount?
  /// Which shard goes when the cache is full.
  public var evictionPolicy = EvictionPolicy.clairvoyant
  /// Concurrent fetches and their bytes. Beyond 8, as many run as bring a higher rate.
  public var fetchLimits = PrefetchPlanner.Limits()
  /// Over how long the nodes of a run that starts with empty caches ask their stores for the indexes, one after another: node
  /// n of N waits n/N of it. 0: all at once, which stores that limit requests by address or token may answer with refusals.
  public var startSpread = Duration.zero
  /// How requests to stores are repeated. Nil: as each store's opener decides.
  public var retry: RetryPolicy?
  /// The longest wait for a shard in random access.
  public var fetchTimeout = Duration.seconds(600)
  /// Whether `pkl` columns may be opened. They are handed out as bytes and never run.
  public var allowsUnsafeTypes = false
  /// What becomes of shards that are damaged for good.
  public var damagedShards = DamagePolicy.fail
  /// What becomes of shards whose columns differ from the first one's.
  public var schemaMismatch = SchemaPolicy.fail
  /// Is told of bytes, shards, evictions, retries and batches, for a metrics system.
  public var metrics: (any MetricsRecorder)?
  /// The most bytes that an `index.json` may have.
  public var indexLimit = ByteCount.gigabytes(4)

  public init() {}

  /// A setting of the order.
  public subscript<Value>(dynamicMember path: WritableKeyPath<OrderOptions, Value>) -> Value {
    get { order[keyPath: path] }
    set { order[keyPath: path] = newValue }
  }
}

/// Settings of one loader, which do not change which samples it delivers.
public struct LoaderOptions: Sendable {
  /// The columns of a batch, in their order, and the form that they have there. Nil: all that the data set has, as they
  /// are stored. Of the others not a byte is read.
  public var columns: [LoaderColumn]?
  /// Makes batches of samples in a way of its own, in the place of ``columns``.
  public var collation: Collation?
  /// Makes of each batch what is delivered, on the loader's threads: several batches at a time, delivered in order.
  public var transform: BatchTransform?
  /// Threads that decompress and assemble. Nil: the processors, at most 4.
  public var threads: Int?
  /// Batches assembled ahead of the consumer. Nil: as many as fit in 32 MB, between 3 and 64.
  public var prefetchBatches: Int?
  /// Leave out a last batch that is shorter than the others.
  public var dropsLast = false
  /// Resume although a setting that changes the order differs from the run that the state is from.
  public var ignoresFingerprint = false
  /// Batches at the plan's start that are left out: their samples were delivered in another form.
  var skippedBatches = 0
  /// The longest wait for the next batch.
  public var timeout = Duration.seconds(600)

  public init() {}

  /// Whether a loader of the same plan would do the same with both. Not with functions in them: these can't be compared.
  func readsAlike(_ other: LoaderOptions) -> Bool {
    let haveFunctions = [collation != nil, transform != nil, other.collation != nil, other.transform != nil].contains(true)
    return !haveFunctions && columns == other.columns && threads == other.threads
      && prefetchBatches == other.prefetchBatches && dropsLast == other.dropsLast
      && skippedBatches == other.skippedBatches && timeout == other.timeout
  }
}
