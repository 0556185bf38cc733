import CachePlanning
import SampleOrder
import ShardCaching
import ShardFormats
import Synchronization
import Threading

/// What a loader does for later: reads when shards are needed, and prepares the next epoch.
extension LoaderCore {
  /// Reads this epoch's uses of shards, then the next one's, on a thread of its own; only where a cache has a limit.
  func readFuture() {
    guard let forecast = dataset.forecast, threadBegins() else { return }
    forecast.advance(epoch: plan.position.epoch, batch: firstBatch)
    NamedThread.start("st-forecast") { [self] in
      let isCancelled = { [monitor] in monitor.withLock { $0.isClosed } }
      forecast.read(plan, firstBatch: planStart, isCancelled: isCancelled)
      if !isCancelled(), let next = dataset.nextPlan(after: plan) {
        forecast.read(next.withOwnBlocks(), isCancelled: isCancelled)
      }
      threadEnds()
    }.detach()
  }

  /// Keeps this epoch's order for whoever resumes in it, on a thread of its own.
  func keepOrder() {
    guard plan.isToBeKept, threadBegins() else { return }
    NamedThread.start("st-keep") { [self] in
      plan.keepOrder { [monitor] in monitor.withLock { $0.isClosed } }
      threadEnds()
    }.detach()
  }

  /// Counts a thread that is about to begin; false once the loader is closed.
  private func threadBegins() -> Bool {
    monitor.withLock { state in
      guard !state.isClosed else { return false }
      state.threadCount += 1
      return true
    }
  }

  // MARK: The next epoch

  /// Works out the order of the next epoch's first batches, on a thread of its own: what takes longest of preparing it.
  func orderNext() {
    guard threadBegins() else { return }
    NamedThread.start("st-order") { [self] in
      if let next = dataset.nextPlan(after: plan) { next.prepare(rank: next.world.rank) }
      threadEnds()
    }.detach()
  }

  /// Plans the next epoch and fetches what its first batches need, on a thread of its own; called once all that this epoch
  /// needs is here.
  ///
  /// Without a limit of the cache the next epoch's loader is begun. With one, where shards that it opened could not be
  /// evicted, they are only fetched, as far as there is room.
  func prepareNext() {
    guard threadBegins() else { return }
    NamedThread.start("st-next") { [self] in
      if let next = dataset.nextPlan(after: plan) {
        next.prepare(rank: next.world.rank)
        if dataset.share == nil { begin(next) } else { fetchAhead(next) }
      }
      threadEnds()
    }.detach()
  }

  private func begin(_ next: EpochPlan) {
    var options = options
    options.skippedBatches = 0
    guard let core = try? LoaderCore(dataset: dataset, plan: next, options: options) else { return }
    dataset.nextEpoch.begin(core)
    if monitor.withLock({ $0.isClosed && !$0.isFinished }) { dataset.nextEpoch.discard(after: plan) }
  }

  private func fetchAhead(_ next: EpochPlan) {
    let (window, room, atOnce) = monitor.withLock { state in
      (state.pipeline.window, (state.gate?.share ?? 0) - (state.gate?.byteCount ?? 0), state.tuner.concurrency)
    }
    let shards = firstShards(of: next, batchCount: window, byteCount: room)
    guard !shards.isEmpty else { return }
    monitor.withLock { state in
      guard !state.isClosed else { return }
      state.aheadFetch = Task(executorPreference: TaskThreads.shared) { [self] in await fetchAhead(shards, atOnce) }
    }
  }

  /// The shards of the first batches, in the order of their use, as far as they take no more than so many bytes.
  private func firstShards(of next: EpochPlan, batchCount: Int, byteCount: Int) -> [Int] {
    var cursor = PlanCursor(plan: next, rank: next.world.rank, locator: dataset.shape.locator, dropsLast: options.dropsLast)
    var plans = Array(repeating: PlannedBatch(), count: min(batchCount, cursor.batchCount))
    let count = cursor.read(into: &plans)
    var seen: Set<Int> = []
    var shards: [Int] = []
    var sum = 0
    for shard in plans[..<count].flatMap(\.shards) where seen.insert(shard).inserted {
      sum += dataset.shardByteCounts[shard]
      guard sum <= byteCount else { break }
      if dataset.openShards.shard(shard) == nil { shards.append(shard) }
    }
    return shards
  }

  private func fetchAhead(_ shards: [Int], _ atOnce: Int) async {
    let dataset = dataset
    await withTaskGroup(of: Void.self) { group in
      for (number, shard) in shards.enumerated() {
        if number >= atOnce { await group.next() }
        if Task.isCancelled { break }
        group.addTask { await dataset.fetchAhead(shard) }
      }
    }
    monitor.notifying { $0.aheadFetch = nil }
  }
}

extension DatasetCore {
  /// The plan of the epoch after this one, as the run would make it now, which the run uses then; nil when it has moved on,
  /// or can't.
  func nextPlan(after plan: EpochPlan) -> EpochPlan? {
    let epoch = plan.position.epoch + 1
    let run = run.withLock { $0 }
    guard run.nextEpoch == epoch, let next = try? run.upcomingPlan(), next.position.epoch == epoch else { return nil }
    self.run.withLock { $0.adopt(next) }
    return next
  }

  func storedByteCount(of shard: Int) -> Int {
    let (stream, number) = place(of: shard)
    return streams[stream].index.shards.storedByteCount(of: number)
  }
}
