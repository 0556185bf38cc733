import BinaryIO
import CachePlanning
import ColumnarBatch
import ObjectStorage
import SampleOrder
import ShardCaching
import ShardFormats
import Synchronization
import Threading

/// An opened data set: its streams, where each sample lies, and the run's epochs. Shared by all copies of the data set.
@usableFromInline
final class DatasetCore: Sendable {
  let streams: [OpenStream]
  let options: DatasetOptions
  let world: World
  let shape: DatasetShape
  /// The columns that every shard has, and how a batch holds them.
  let schema: DatasetSchema
  let openShards: OpenShardTable
  /// The memory of batches of loaders that have ended, for those to come.
  let spareBuffers = SpareBuffers(limit: 128 << 20)
  let skipped = SkippedShards()
  /// Of a cache with a limit: what each process may keep open, and when shards are needed.
  let share: Int?
  let shardByteCounts: [Int]
  let forecast: UseForecast?
  /// Bytes of an average sample as it is read; summed once, as it takes a look at every shard.
  private let averageSampleByteCount: Int
  let run: Mutex<RunOrder>
  let nextEpoch = NextEpoch()

  /// Reads the indexes of all streams, at the same time.
  static func open(
    _ streams: [DataStream], world: World, stores: ObjectStoreRegistry, options: DatasetOptions
  ) async throws(LoadingError) -> DatasetCore {
    let weights = try streams.map { stream throws(LoadingError) in try stream.weight() }
    let budget = options.cacheLimit.flatMap { $0.value > 0 ? CacheBudget(limit: $0, policy: options.evictionPolicy, metrics: options.metrics) : nil }
    let opened = try await openAll(
      streams, OpenStream.Setting(world: world, stores: stores, options: options, budget: budget))
    let shape: DatasetShape
    let run: RunOrder
    do throws(ConfigurationError) {
      var shapes: [StreamShape] = []
      for (stream, weight) in zip(opened, weights) {
        shapes.append(
          try StreamShape(
            shardSizes: stream.index.sampleCounts, weight: weight, contentHash: stream.index.contentHash))
      }
      shape = try DatasetShape(shapes)
      var planned = try RunOrder(shape: shape, options: options.order, world: world)
      planned.archive = CachedOrders(for: opened, cacheLimit: options.cacheLimit)
      run = planned
    } catch {
      throw LoadingError(.configuration, cause: error)
    }
    return try DatasetCore(
      streams: opened, options: options, world: world, shape: shape, run: run, budget: budget)
  }

  private static func openAll(
    _ streams: [DataStream], _ setting: OpenStream.Setting
  ) async throws(LoadingError) -> [OpenStream] {
    OpenFileLimit.makeRoom(for: ShardCache.openFileCount * streams.count)
    // Each task's outcome is kept: of several failures the first stream's is told, on every run the same.
    let outcomes = await withTaskGroup(of: (Int, Result<OpenStream, LoadingError>).self) { group in
      for (number, stream) in streams.enumerated() {
        group.addTask { await outcome(of: stream, number, setting) }
      }
      var outcomes: [Int: Result<OpenStream, LoadingError>] = [:]
      for await (number, outcome) in group { outcomes[number] = outcome }
      return outcomes
    }
    var opened: [OpenStream] = []
    for number in streams.indices {
      guard let outcome = outcomes[number] else { preconditionFailure("every task gave its outcome") }
      opened.append(try outcome.get())
    }
    return opened
  }

  // Not in the task's closure: with a typed `do` around an `await` there, what the closure had captured came out as
  // garbage in optimised builds (Swift 6.3.1, seen as stream numbers that no stream has).
  private static func outcome(
    of stream: DataStream, _ number: Int, _ setting: OpenStream.Setting
  ) async -> (Int, Result<OpenStream, LoadingError>) {
    do throws(LoadingError) {
      return (number, .success(try await OpenStream.open(stream, number: number, setting)))
    } catch {
      return (number, .failure(error))
    }
  }

  private init(
    streams: [OpenStream], options: DatasetOptions, world: World, shape: DatasetShape, run: RunOrder,
    budget: CacheBudget?
  ) throws(LoadingError) {
    self.streams = streams
    self.options = options
    self.world = world
    self.shape = shape
    self.run = Mutex(run)
    var byteCount = 0
    for stream in streams {
      for shard in stream.index.shards.indices { byteCount &+= stream.index.shards.rawByteCount(of: shard) }
    }
    averageSampleByteCount = max(1, byteCount / max(1, shape.sampleCount))
    let schema = try DatasetSchema(streams, allowsUnsafeTypes: options.allowsUnsafeTypes)
    self.schema = schema
    let offsets = shape.shardOffsets
    if let budget {
      let limit = CacheLimit(streams: streams, budget: budget, world: world)
      try limit.check(run)
      share = limit.share
      shardByteCounts = limit.byteCounts
      let batchSize = max(1, run.options.batchSize ?? 1)
      forecast = UseForecast(
        streams: streams, shape: shape, rank: world.rank,
        batchesPerEpoch: (run.length + batchSize - 1) / batchSize + 1,
        job: StableJob.number(of: run, shape))
    } else {
      share = nil
      shardByteCounts = []
      forecast = nil
    }
    openShards = OpenShardTable(
      shardCount: shape.shardCount, limit: 4096, closesUnheld: budget != nil
    ) { number throws(LoadingError) in
      let (stream, shard) = Self.place(of: number, offsets)
      return try OpenShard.open(
        streams[stream], stream: stream, shard: shard, schema: schema, options: options)
    }
  }

  /// Stream and shard of a shard that is counted over all streams.
  func place(of shard: Int) -> (stream: Int, shard: Int) { Self.place(of: shard, shape.shardOffsets) }

  private static func place(of shard: Int, _ offsets: [Int]) -> (stream: Int, shard: Int) {
    var low = 0
    var high = offsets.count - 2
    while low < high {
      let middle = (low + high + 1) / 2
      if offsets[middle] <= shard { low = middle } else { high = middle - 1 }
    }
    return (low, shard - offsets[low])
  }

  func missingByteCount(of shard: Int) throws(LoadingError) -> Int {
    let (stream, number) = place(of: shard)
    do throws(CacheError) {
      return try streams[stream].cache.missingByteCount(of: number)
    } catch {
      throw LoadingError(.shard, stream: stream, shard: number, cause: error)
    }
  }

  /// Keeps a shard's files from being evicted for as long as the result lives; nil where nothing is evicted.
  func pin(_ shard: Int) throws(LoadingError) -> ShardPin? {
    let (stream, number) = place(of: shard)
    do throws(CacheError) {
      return try streams[stream].cache.pin(number)
    } catch {
      throw LoadingError(.shard, stream: stream, shard: number, cause: error)
    }
  }

  /// - Parameter urgently: whether somebody waits for it; see `ShardCache.fetch`.
  /// - Returns: the bytes that were moved, and the time that went into decompressing them.
  @discardableResult
  func fetch(
    _ shard: Int, urgently: Bool = false
  ) async throws(LoadingError) -> (byteCount: Int, decompressing: Duration) {
    let (stream, number) = place(of: shard)
    do throws(CacheError) {
      let timing = FetchTiming()
      let start = ContinuousClock.now
      let byteCount = try await recording { () async throws(CacheError) in
        try await self.streams[stream].cache.fetch(number, urgently: urgently, timing: timing)
      }
      if let metrics = options.metrics { metrics.fetched(byteCount, since: start) }
      return (byteCount, timing.decompressing)
    } catch {
      throw LoadingError(error.code == .cancelled ? .cancelled : .shard, stream: stream, shard: number, cause: error)
    }
  }

  /// Fetches a shard for later where there is room for it. What fails is told when the shard is needed.
  func fetchAhead(_ shard: Int) async {
    let (stream, number) = place(of: shard)
    let start = ContinuousClock.now
    let byteCount = await recording { (try? await self.streams[stream].cache.fetchAhead(number)) ?? nil }
    if let byteCount, let metrics = options.metrics { metrics.fetched(byteCount, since: start) }
  }

  /// Runs `body` so that what stores do in it is recorded.
  private func recording<R, E>(_ body: () async throws(E) -> R) async throws(E) -> R {
    guard let metrics = options.metrics else { return try await body() }
    let result: Result<R, E> = await StreamingMetric.$recorder.withValue(metrics) { await Self.outcome(of: body) }
    return try result.get()
  }

  private static func outcome<R, E>(of body: () async throws(E) -> R) async -> Result<R, E> {
    do throws(E) {
      return .success(try await body())
    } catch {
      return .failure(error)
    }
  }

  // MARK: Sizes

  /// Loader threads when the options don't tell: the processors, at most 4.
  var defaultThreadCount: Int { min(4, BlockingPool.processorCount) }

  /// Batches to plan ahead so that as many fetches as allowed find work: what is not planned is not fetched.
  private func batchesToFetch(_ bytesPerBatch: Int) -> Int {
    guard share == nil, streams.contains(where: { $0.cache.store != nil }) else { return 0 }
    let perShard = averageSampleByteCount.multipliedReportingOverflow(by: shape.sampleCount / max(1, shape.shardCount))
    let fetches = options.fetchLimits.concurrentFetches + 1
    let (ahead, overflow) = perShard.partialValue.multipliedReportingOverflow(by: fetches)
    let bytes = perShard.overflow || overflow ? options.fetchLimits.bytesInFlight : min(ahead, options.fetchLimits.bytesInFlight)
    return min(1024, bytes / bytesPerBatch + 1)
  }

  private var areAllMDS: Bool { streams.allSatisfy { $0.index.shards.schemas.allSatisfy { $0.format == .mds } } }

  /// How many batches are planned and assembled ahead, and how many of these one thread takes at a time.
  func pipelineSizes(batchSize: Int, options loader: LoaderOptions) -> (window: Int, depth: Int, run: Int) {
    let (batchBytes, overflow) = averageSampleByteCount.multipliedReportingOverflow(by: batchSize)
    let perBatch = max(1, overflow ? .max : batchBytes)
    // Upstream's default is 8 batches, at least 64 samples; small samples are planned further, up to 16 MB of them.
    let samples = options.predownload.map { max(1, $0) } ?? max(8 * batchSize, 64)
    let wanted = (samples + batchSize - 1) / batchSize
    // What is assembled ahead is fetched ahead. Two at least: one is assembled while another is used.
    let mostAhead = options.predownload == nil ? 64 : min(64, max(2, wanted))
    let depth = loader.prefetchBatches.map { max(1, $0) } ?? min(mostAhead, max(3, (16 << 20) / perBatch))
    // Where nothing is fetched a plan costs a few bytes per sample, and the sooner its end is known, the sooner the next epoch
    // is begun.
    let planned = streams.allSatisfy { $0.cache.store == nil } ? 64 << 20 : 16 << 20
    let bySize = options.predownload == nil ? max(min(256, planned / perBatch), batchesToFetch(perBatch)) : 0
    // Several at a time, as taking them and waking the consumer costs as well: as many as are copied in half a millisecond.
    // Where samples are decoded or transformed, which takes longer, large batches one by one, so that all threads have work.
    let threads = max(1, loader.threads ?? defaultThreadCount)
    let isCopied = loader.transform == nil && loader.collation == nil && areAllMDS
    let run = max(1, min(16, (isCopied ? 4 << 20 : 64 << 10) / perBatch, depth / (2 * threads)))
    return (max(wanted, bySize, depth), depth, run)
  }
}

extension MetricsRecorder {
  /// A fetch has ended; nothing was moved when another process had been quicker.
  fileprivate func fetched(_ byteCount: Int, since start: ContinuousClock.Instant) {
    guard byteCount > 0 else { return }
    add(byteCount, to: .fetchedBytes)
    add(1, to: .fetchedShards)
    record(start.duration(to: .now), in: .fetchTime)
  }
}
