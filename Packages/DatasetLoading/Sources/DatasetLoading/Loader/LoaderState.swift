import CachePlanning
import ColumnarBatch
import ShardCaching

/// What a loader's threads, fetches and consumer share, and the choice of the next piece of work.
struct LoaderState: Sendable {
  typealias Output = Result<Batch, LoadingError>

  /// A piece of work for a loader thread.
  enum Job: Sendable {
    /// Read more of the plan.
    case plan(count: Int)
    /// Open a shard, decompressing it where needed; ask for a fetch when it is not here.
    case open(shard: Int, wasFetched: Bool = false)
    /// Close a shard that is needed only later, for one that is needed sooner, and do what that lets the planner do.
    case close(shard: Int, then: [PrefetchPlanner.Action])
    /// Gather the batches that were given out with it.
    case assemble
    /// Work out the next epoch's order, which may take as long as reading a part of this one.
    case orderNext
    /// Prepare the next epoch: all that this one needs is here.
    case prepareNext
    /// Let a thread of the next epoch assemble: this one has nothing left for the thread that is told.
    case lendThread
    /// There is nothing more to do.
    case stop
  }

  /// Batches planned at once, at most.
  static let planLength = 16

  /// Batches taken by one thread at a time, so that small ones don't cost a hand-over each.
  let runLength: Int
  /// Batches planned at once, at least.
  let leastPlanLength: Int

  var pipeline: BatchPipeline<Output>
  var stalls: StallClock
  var prefetch: PrefetchPlanner
  var tuner: TransferTuner
  /// Of a cache with a limit: which shards may be acquired.
  var gate: ShardGate?
  /// Keep what was fetched from being evicted until it is open.
  var pins: [Int: ShardPin] = [:]
  /// Shards that were fetched and are to be opened: before any other, as they have room already.
  var fetchedQueue: [Int] = []
  var openingCount = 0
  var openQueue: [Int] = []
  var openQueueHead = 0
  var isPlanning = false
  var isPlanned = false
  var isClosed = false
  var threadCount = 0
  var fetches: [Int: Task<Void, Never>] = [:]
  /// The fetches for the next epoch.
  var aheadFetch: Task<Void, Never>?
  /// How many threads may assemble at a time: of an epoch that was begun ahead, as many as the one before has no work for,
  /// so that its last batches and the first ones of this do not contend for processors.
  var assemblerLimit = Int.max
  private var assemblerCount = 0
  /// Whether the next epoch is prepared once nothing else is to do, and how far that is.
  var preparesNext = false
  /// The number of delivered batches from which on the next epoch's order is worked out; nil once it is.
  var ordersNextAt: Int?
  private var isNextBegun = false
  /// Whether some shard could not be had.
  var hasFailed = false
  private var vanishings: [Int: Int] = [:]

  init(pipeline: BatchPipeline<Output>, runLength: Int, limits: PrefetchPlanner.Limits, gate: ShardGate?) {
    self.runLength = max(1, runLength)
    leastPlanLength = max(1, min(Self.planLength, pipeline.window / 4))
    self.pipeline = pipeline
    // Batches that the consumer took together count as delivered one by one.
    stalls = StallClock(window: pipeline.window + self.runLength)
    tuner = TransferTuner(range: 1...limits.concurrentFetches, initial: min(8, limits.concurrentFetches))
    var limits = limits
    limits.concurrentFetches = tuner.concurrency
    prefetch = PrefetchPlanner(limits: limits)
    self.gate = gate
  }

  /// Counts that a shard was gone when a batch was to be assembled from it; returns how often that was.
  mutating func countVanishing(of shard: Int) -> Int {
    vanishings[shard, default: 0] += 1
    return vanishings[shard, default: 0]
  }

  /// Whether every batch has been delivered.
  var isFinished: Bool { isPlanned && !isPlanning && pipeline.head == pipeline.end }

  private var canPlan: Bool { !isPlanned && !isPlanning && pipeline.plannableCount >= leastPlanLength }

  /// Whether loader threads that wait should look for work again, now that the consumer has taken a batch.
  ///
  /// Not for every batch: waking a thread costs more than assembling a small one. As long as what can be taken is less than
  /// a run, and a run of batches is done or under way before it, those come to the consumer first and ask again.
  mutating func concernsThreads() -> Bool {
    if gate != nil || isFinished || canPlan { return true }
    let unassigned = pipeline.unassignedCount()
    return unassigned >= runLength || unassigned > 0 && pipeline.assignedCount < runLength
  }

  /// What a loader thread does now; nil when it has to wait.
  /// - Parameter run: empty; the batches of a job to assemble go there.
  mutating func nextJob(_ run: inout AssemblyRun) -> Job? {
    if run.isAssembling {
      run.isAssembling = false
      assemblerCount -= 1
    }
    if isClosed { return .stop }
    if preparesNext, let position = ordersNextAt, pipeline.head >= position {
      ordersNextAt = nil
      return .orderNext
    }
    // Far behind, planning comes first: fetches start only for what is planned.
    if canPlan, 2 * pipeline.plannedCount < min(pipeline.window, 2 * Self.planLength) { return startPlanning() }
    // It takes threads of its own as long as some batches; but the first of this epoch comes first.
    if pipeline.head > 0, mayBeginNext { return beginNext() }
    if assemblerCount < assemblerLimit { pipeline.takeReady(count: runLength, into: &run.ready) }
    if !run.ready.isEmpty {
      run.isAssembling = true
      assemblerCount += 1
      // With the last batches the next epoch's first is begun, or the consumer would wait for all of it after them.
      if isNextBegun, !run.isLent, pipeline.isAllAssigned() {
        run.isLent = true
        run.isLentFirst = true
      }
      return .assemble
    }
    if let shard = fetchedQueue.popLast() {
      openingCount += 1
      return .open(shard: shard, wasFetched: true)
    }
    if gate != nil {
      if let job = acquireNext() { return job }
    } else if openQueueHead < openQueue.count {
      openQueueHead += 1
      openingCount += 1
      let shard = openQueue[openQueueHead - 1]
      if openQueueHead == openQueue.count {
        openQueue.removeAll(keepingCapacity: true)
        openQueueHead = 0
      }
      return .open(shard: shard)
    }
    if canPlan { return startPlanning() }
    if mayBeginNext { return beginNext() }
    if isNextBegun, !run.isLent, pipeline.isAllAssigned() {
      run.isLent = true
      return .lendThread
    }
    return isFinished ? .stop : nil
  }

  /// Whether all that this epoch needs is here, and the next one is not begun yet.
  private var mayBeginNext: Bool {
    preparesNext && !isNextBegun && isPlanned && !isPlanning && pipeline.isNothingMissing && fetches.isEmpty
      && prefetch.fetchCount == 0 && openingCount == 0
  }

  private mutating func beginNext() -> Job {
    isNextBegun = true
    return .prepareNext
  }

  /// Of a cache with a limit: the next shard in the order of need. Where the share is used up, an open shard that is needed
  /// only later makes room for it.
  private mutating func acquireNext() -> Job? {
    guard let gate, let (shard, position) = pipeline.firstMissing(except: gate.admitted) else { return nil }
    // The planner counts a fetch from the decision on, so that none is overlooked that another thread is about to start.
    let isIdle = prefetch.fetchCount == 0 && fetches.isEmpty && openingCount == 0 && !pipeline.isUnderWay
    if self.gate?.admit(shard, isIdle: false) == true {
      openingCount += 1
      return .open(shard: shard)
    }
    if let later = pipeline.farthestOpen(after: position) {
      _ = pipeline.reopen(later, for: -1)
      self.gate?.release(later)
      return .close(shard: later, then: prefetch.handle(.released(shard: later)))
    }
    guard isIdle, self.gate?.admit(shard, isIdle: true) == true else { return nil }
    openingCount += 1
    return .open(shard: shard)
  }

  private mutating func startPlanning() -> Job {
    isPlanning = true
    return .plan(count: min(pipeline.plannableCount, Self.planLength))
  }

  /// Moves the first `count` of these plans out of the array.
  mutating func planned(
    _ plans: inout [PlannedBatch], count: Int, isAtEnd: Bool, since started: Int64, at now: Int64
  ) {
    isPlanning = false
    isPlanned = isAtEnd
    stalls.planning(now - started)
    for place in 0..<count {
      stalls.planned(pipeline.end, at: now)
      var plan = PlannedBatch()
      swap(&plan, &plans[place])
      let wanted = pipeline.append(plan)
      if gate == nil { openQueue.append(contentsOf: wanted) }
    }
  }
}
