import SampleOrder
import ShardCaching
import ShardFormats
import Synchronization
import Threading

/// What a loader does for later: reads when shards are needed, and prepares the next epoch.
extension LoaderCore {
  /// Reads this epoch's uses of shards, then the next one's, on a thread of its own; only where a cache has a limit.
  func readFuture() {
    guard let forecast = dataset.forecast else { return }
    let isRunning = monitor.withLock { state in
      guard !state.isClosed else { return false }
      state.threadCount += 1
      return true
    }
    guard isRunning else { return }
    forecast.advance(epoch: plan.position.epoch, batch: firstBatch)
    NamedThread.start("st-forecast") { [self] in
      let isCancelled = { [monitor] in monitor.withLock { $0.isClosed } }
      forecast.read(plan, firstBatch: planStart, isCancelled: isCancelled)
      if !isCancelled(), let next = dataset.nextPlan(after: plan) { forecast.read(next, isCancelled: isCancelled) }
      if monitor.withLock({ $0.threadCount == 1 }) { closeAll() }
      monitor.notifying { $0.threadCount -= 1 }
    }.detach()
  }
}

extension DatasetCore {
  /// The plan of the epoch after this one, as the run would make it now; nil when it has moved on, or can't.
  func nextPlan(after plan: EpochPlan) -> EpochPlan? {
    var run = run.withLock { $0 }
    guard let next = try? run.nextPlan(), next.position.epoch == plan.position.epoch + 1 else { return nil }
    return next
  }

  func storedByteCount(of shard: Int) -> Int {
    let (stream, number) = place(of: shard)
    return streams[stream].index.shards.storedByteCount(of: number)
  }
}
