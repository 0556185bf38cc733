/// Where a loader's time goes: a sum per stage, and the timelines of the latest batches and shards.
///
/// A pure value: moments are given, in nanoseconds since the loader began. Lives under the loader's lock; an event of a
/// batch costs a few stores.
struct StallClock: Sendable {
  /// Batches and shards whose timelines are kept.
  static let keptCount = 4096

  // A ring, as the pipeline's: position p lies in p % window.
  private var underWay: [BatchTimeline]
  private var shards: [Int: ShardTimeline] = [:]
  private(set) var recentBatches = RecentList<(position: Int, timeline: BatchTimeline)>(capacity: keptCount)
  private(set) var recentShards = RecentList<ShardTimeline>(capacity: keptCount)

  /// Where the consumer's time went.
  private(set) var waits = StageTimes()
  /// What threads were busy with, summed over all.
  private(set) var work = StageTimes()
  private(set) var deliveredCount = 0
  private(set) var lastDelivered: Int64 = 0
  private(set) var fetchedShardCount = 0
  private(set) var fetchedByteCount = 0
  /// Time with at least one fetch under way.
  private(set) var fetchingTime: Int64 = 0
  private(set) var mostFetches = 0
  private var fetchCount = 0
  private var fetchingSince: Int64 = 0

  init(window: Int) { underWay = Array(repeating: BatchTimeline(), count: max(1, window)) }

  // MARK: Batches

  /// A batch is planned; it counts as ready until a shard that it waits for is opened.
  mutating func planned(_ position: Int, at now: Int64) {
    underWay[position % underWay.count] = BatchTimeline(planned: now, downloaded: now, ready: now)
  }

  /// A batch was assembled by `thread`.
  mutating func assembled(_ position: Int, _ times: AssemblyTimes) {
    let place = position % underWay.count
    underWay[place].queuedBehind = times.queuedBehind
    underWay[place].started = times.started
    underWay[place].decoded = times.decoded
    underWay[place].finished = times.finished
    underWay[place].thread = times.thread
    work[.decode] += times.decoded - times.started
    work[.transform] += times.finished - times.decoded
  }

  /// The consumer has a batch.
  mutating func delivered(_ position: Int, asked: Int64, at now: Int64) {
    var timeline = underWay[position % underWay.count]
    timeline.released = lastDelivered
    timeline.asked = max(asked, lastDelivered)
    timeline.delivered = max(now, timeline.asked)
    // The first batch: from when it was asked for.
    if deliveredCount == 0 { timeline.released = timeline.asked }
    timeline.addStages(to: &waits)
    deliveredCount += 1
    lastDelivered = timeline.delivered
    recentBatches.append((position, timeline))
  }

  // MARK: Shards

  mutating func fetchStarted(_ shard: Int, at now: Int64) {
    shards[shard, default: ShardTimeline(shard: shard)].fetchStarted = now
    if fetchCount == 0 { fetchingSince = now }
    fetchCount += 1
    mostFetches = max(mostFetches, fetchCount)
  }

  /// A fetch has ended, well or not.
  /// - Parameter decompressing: nanoseconds at its end that went into decompression.
  mutating func fetchEnded(_ shard: Int, byteCount: Int?, decompressing: Int64 = 0, at now: Int64) {
    fetchCount -= 1
    if fetchCount == 0 { fetchingTime += now - fetchingSince }
    guard let byteCount else { return }
    let started = shards[shard]?.fetchStarted ?? now
    shards[shard]?.downloaded = max(started, now - decompressing)
    shards[shard]?.byteCount = byteCount
    work[.download] += max(0, now - decompressing - started)
    work[.decompress] += decompressing
    fetchedShardCount += 1
    fetchedByteCount += byteCount
  }

  /// A shard is open, and the batches at `readied` are ready for it.
  mutating func opened(_ shard: Int, since started: Int64, at now: Int64, thread: Int, readied: [Int]) {
    var timeline = shards.removeValue(forKey: shard) ?? ShardTimeline(shard: shard)
    timeline.openStarted = started
    timeline.opened = now
    timeline.thread = thread
    work[.decompress] += now - started
    for position in readied {
      let place = position % underWay.count
      underWay[place].ready = now
      if let downloaded = timeline.downloaded {
        underWay[place].downloaded = max(underWay[place].planned, downloaded)
      }
    }
    recentShards.append(timeline)
  }

  /// Planning took a thread so long.
  mutating func planning(_ time: Int64) { work[.plan] += time }
}

/// When a thread assembled a batch.
struct AssemblyTimes: Sendable {
  /// What the thread was busy with before it came to this batch.
  var queuedBehind: LoadingStage
  var started: Int64
  var decoded: Int64
  var finished: Int64
  var thread: Int
}

/// The latest elements of a sequence, oldest first.
struct RecentList<Element: Sendable>: Sendable {
  private let capacity: Int
  private var elements: [Element] = []
  private var next = 0

  init(capacity: Int) { self.capacity = capacity }

  mutating func append(_ element: Element) {
    if elements.count < capacity {
      elements.append(element)
    } else {
      elements[next] = element
      next = next + 1 == capacity ? 0 : next + 1
    }
  }

  var all: [Element] { Array(elements[next...] + elements[..<next]) }
}
