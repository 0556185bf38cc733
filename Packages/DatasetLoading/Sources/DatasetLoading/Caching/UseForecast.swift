import CachePlanning
import SampleOrder
import ShardCaching
import Synchronization

/// When this rank needs each shard, in this epoch and the next: what eviction of all processes of the node goes by.
///
/// Read from the plans by a thread in the background, once per epoch. Times are batches of the run, the same on all ranks.
final class UseForecast: Sendable {
  /// The uses of one epoch, as far as they are read.
  struct Epoch: Sendable {
    let epoch: Int
    var uses: ShardUseTable
    var isComplete = false
  }

  private struct State: Sendable {
    var epochs: [Epoch] = []
    var position = 0
  }

  private let state = Mutex(State())
  private let streams: [OpenStream]
  private let shardOffsets: [Int]
  private let rank: Int
  private let batchesPerEpoch: Int
  private let job: UInt64

  /// Uses at most so many batches apart are one span of use.
  private static let slack = 64
  /// Samples that are read ahead per epoch; what comes later counts as unknown.
  private static let sampleLimit = 1 << 26

  init(streams: [OpenStream], shape: DatasetShape, rank: Int, batchesPerEpoch: Int, job: UInt64) {
    self.streams = streams
    self.rank = rank
    self.batchesPerEpoch = batchesPerEpoch
    self.job = job
    shardOffsets = shape.shardOffsets
  }

  private var shardCount: Int { shardOffsets[shardOffsets.count - 1] }

  /// Reads a plan's uses unless they are known. Stops when `isCancelled` says so. Blocks for as long as it takes.
  /// - Parameter firstBatch: the number of the plan's first batch within its epoch.
  func read(_ plan: EpochPlan, firstBatch: Int = 0, isCancelled: () -> Bool) {
    let epoch = plan.position.epoch
    // A plan from the middle has no uses before it, so it is as good as the whole for what comes.
    let isKnown = state.withLock { state in
      state.epochs.removeAll { $0.epoch < epoch - 1 }
      return state.epochs.contains { $0.epoch == epoch && $0.isComplete }
    }
    guard !isKnown else { return }
    var uses = ShardUseTable(shardCount: shardCount, slack: Self.slack)
    let base = epoch * batchesPerEpoch + firstBatch
    let batchLimit = max(1, Self.sampleLimit / max(1, plan.batchSize))
    var batch = -1
    for use in plan.shardUses(rank: rank) {
      if use.batch != batch {
        batch = use.batch
        if batch >= batchLimit || batch % 64 == 0 && isCancelled() { break }
      }
      uses.record(shard: use.shard, at: base + use.batch)
    }
    if isCancelled() { return }
    state.withLock { state in
      state.epochs.removeAll { $0.epoch == epoch }
      state.epochs.append(Epoch(epoch: epoch, uses: uses, isComplete: true))
      state.epochs.sort { $0.epoch < $1.epoch }
    }
    publishAll()
  }

  /// The run is at this batch of this epoch now.
  func advance(epoch: Int, batch: Int) {
    let position = epoch * batchesPerEpoch + batch
    let isNew = state.withLock { state in
      defer { state.position = position }
      return state.position != position
    }
    if isNew { for stream in streams { stream.cache.publish(job: job, position: position) } }
  }

  /// Nothing that is planned needs the shard any more: tells when it is needed again.
  /// - Parameter end: the batch of this epoch up to which all is planned: no use comes before it.
  func released(_ shard: Int, stream: Int, number: Int, epoch: Int, plannedUpTo end: Int) {
    streams[stream].cache.publish(nextUse: nextUse(of: shard, from: epoch * batchesPerEpoch + end), of: number)
  }

  private func nextUse(of shard: Int, from time: Int) -> UInt32 {
    state.withLock { state in
      for epoch in state.epochs {
        if let use = epoch.uses.nextUse(of: shard, from: time) { return UInt32(clamping: use) }
      }
      return .max
    }
  }

  private func publishAll() {
    let position = state.withLock { $0.position }
    let uses = (0..<shardCount).map { nextUse(of: $0, from: position) }
    for (number, stream) in streams.enumerated() {
      let range = shardOffsets[number]..<shardOffsets[number + 1]
      // Without it eviction goes by last use: no reason to stop.
      try? stream.cache.publish(job: job, position: position, nextUses: Array(uses[range]))
    }
  }
}
