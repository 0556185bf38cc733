import CachePlanning
import ColumnarBatch

/// What a loader's threads, fetches and consumer share, and the choice of the next piece of work.
struct LoaderState: Sendable {
  typealias Output = Result<Batch, LoadingError>

  /// A piece of work for a loader thread.
  enum Job: Sendable {
    /// Read more of the plan.
    case plan(into: [PlannedBatch])
    /// Open a shard, decompressing it where needed; ask for a fetch when it is not here.
    case open(shard: Int)
    /// Gather batches.
    case assemble([(position: Int, plan: PlannedBatch)])
    /// There is nothing more to do.
    case stop
  }

  /// Batches taken by one thread at a time, so that small ones don't cost a hand-over each.
  static let runLength = 4
  /// Batches planned at once.
  static let planLength = 16

  var pipeline: BatchPipeline<Output>
  var prefetch: PrefetchPlanner
  var openQueue: [Int] = []
  var openQueueHead = 0
  var isPlanning = false
  var isPlanned = false
  var isClosed = false
  var threadCount = 0
  var fetchCount = 0
  var fetches: [Int: Task<Void, Never>] = [:]

  /// Whether every batch has been delivered.
  var isFinished: Bool { isPlanned && !isPlanning && pipeline.head == pipeline.end }

  private var canPlan: Bool { !isPlanned && !isPlanning && pipeline.plannableCount > 0 }

  /// What a loader thread does now; nil when it has to wait.
  mutating func nextJob() -> Job? {
    if isClosed { return .stop }
    // Far behind, planning comes first: fetches start only for what is planned.
    if canPlan, 2 * pipeline.plannableCount > pipeline.window { return startPlanning() }
    let run = pipeline.takeReady(count: Self.runLength)
    if !run.isEmpty { return .assemble(run) }
    if openQueueHead < openQueue.count {
      openQueueHead += 1
      let shard = openQueue[openQueueHead - 1]
      if openQueueHead == openQueue.count {
        openQueue.removeAll(keepingCapacity: true)
        openQueueHead = 0
      }
      return .open(shard: shard)
    }
    if canPlan { return startPlanning() }
    return isFinished ? .stop : nil
  }

  private mutating func startPlanning() -> Job {
    isPlanning = true
    let count = min(pipeline.plannableCount, Self.planLength)
    return .plan(into: (0..<count).map { _ in pipeline.takeSpare() })
  }

  /// Adds what was planned.
  mutating func planned(_ plans: ArraySlice<PlannedBatch>, isAtEnd: Bool) {
    isPlanning = false
    isPlanned = isAtEnd
    for plan in plans { openQueue.append(contentsOf: pipeline.append(plan)) }
  }
}
