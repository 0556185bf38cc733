/// Where an epoch's time went, as its consumer saw it: for each batch, what it was going through while it was waited for.
///
/// A value, of the moment when it was asked for; ask after the last batch for the whole epoch. Its parts add up to
/// ``duration``: time in which the consumer did not ask, or had what it asked for, is ``LoadingStage/consumer``.
public struct StallReport: Sendable {
  /// The epoch.
  public let epoch: Int
  /// Batches delivered.
  public let batchCount: Int
  /// Loader threads.
  public let threadCount: Int
  /// Shards that came from the store, and their bytes as they are stored there.
  public let fetchedShardCount: Int
  public let fetchedByteCount: Int
  /// Time in which at least one fetch was under way.
  public let fetchingDuration: Duration
  /// The most fetches under way at once.
  public let mostConcurrentFetches: Int
  let waits: StageTimes
  let work: StageTimes
  let batches: [(position: Int, timeline: BatchTimeline)]
  let shards: [ShardTimeline]

  init(_ clock: StallClock, epoch: Int, threadCount: Int) {
    self.epoch = epoch
    self.threadCount = threadCount
    batchCount = clock.deliveredCount
    fetchedShardCount = clock.fetchedShardCount
    fetchedByteCount = clock.fetchedByteCount
    fetchingDuration = .nanoseconds(clock.fetchingTime)
    mostConcurrentFetches = clock.mostFetches
    waits = clock.waits
    work = clock.work
    batches = clock.recentBatches.all
    shards = clock.recentShards.all
  }

  /// From the first batch's request to the last one's delivery.
  public var duration: Duration { .nanoseconds(waits.sum) }

  /// How much of ``duration`` went there.
  public subscript(stage: LoadingStage) -> Duration { .nanoseconds(waits[stage]) }

  /// What threads and transfers were busy with, summed over all of them, whether or not the consumer waited.
  public func work(in stage: LoadingStage) -> Duration { .nanoseconds(work[stage]) }

  /// The part of ``duration`` that went there, from 0 to 1.
  public func share(of stage: LoadingStage) -> Double { waits.sum == 0 ? 0 : Double(waits[stage]) / Double(waits.sum) }

  /// Where most of the time went: what to improve to be faster.
  public var limitingStage: LoadingStage {
    LoadingStage.allCases.max { waits[$0] < waits[$1] } ?? .consumer
  }

  /// What limits the epoch and what to do about it, in one sentence.
  public var advice: String {
    let stage = limitingStage
    let share = "\(Int((share(of: stage) * 100).rounded())) % of the time"
    switch stage {
    case .plan:
      return "limited by working out the order (\(share)): "
        + "choose another shuffle, or let a first process write the order to the cache"
    case .download:
      return "limited by the store's bandwidth (\(share), \(fetchRate) over at most \(mostConcurrentFetches) fetches at once): "
        + "raise fetchLimits and predownload, compress the shards, or keep the cache"
    case .decompress:
      return "limited by decompressing and opening shards (\(share), \(threadCount) threads): "
        + "raise threads, choose zstd, or keep the cache, whose shards are decompressed"
    case .decode:
      return "limited by reading samples into batches (\(share), \(threadCount) threads): "
        + "raise threads, select fewer columns, or convert text to MDS"
    case .transform:
      return "limited by the transform (\(share), \(threadCount) threads): make it cheaper, raise threads, "
        + "or store its result in the shards"
    case .consumer:
      return "limited by the consumer (\(share)): batches were there when it asked; loading faster gains nothing"
    }
  }

  private var fetchRate: String {
    let seconds = Double(LoaderClock.nanoseconds(fetchingDuration)) / 1e9
    guard seconds > 0 else { return "nothing fetched" }
    return "\((Double(fetchedByteCount) / seconds / 1e5).rounded() / 10) MB/s"
  }
}
