import CachePlanning
import ColumnarBatch
import Logging
import ObjectStorage
import SampleOrder
import ShardCaching
import Synchronization
import Threading

/// One epoch on its way to one consumer: the threads that assemble it and the fetches that feed them.
///
/// Threads hold a reference to the core, never to the handle that the consumer has; dropping that closes the core.
final class LoaderCore: Sendable {
  let dataset: DatasetCore
  let plan: EpochPlan
  let options: LoaderOptions
  /// What is delivered lies here.
  let ring: BufferRing
  /// What a transform takes its batches from.
  let inputs: BufferRing
  let monitor: Monitor<LoaderState>
  private let delivery = Mutex(Delivery())
  private let cursor: Mutex<PlanCursor>
  /// The array that plans are read into, used again.
  private let planRoom = Mutex<[PlannedBatch]>([])
  /// The columns of delivered batches.
  let schema: BatchSchema
  let gatherer: BatchGatherer
  /// The number of the plan's first batch within its epoch, and of the first one that is delivered.
  let planStart: Int
  let firstBatch: Int
  /// Whether the consumer has asked for a batch, and whether threads run.
  private let hasStarted = Atomic<Bool>(false)
  private let hasBegun = Atomic<Bool>(false)
  let clock = LoaderClock()
  private let hasLogged = Atomic<Bool>(false)
  private static let logger = Logger(label: "streaming.loading")

  /// Samples before the end of an epoch from which on the next one's order is worked out.
  private static let orderLead = 1 << 22
  private static let work = StallCause("work")
  private static let nextBatch = StallCause("the next batch")

  init(dataset: DatasetCore, plan: EpochPlan, options: LoaderOptions) throws(LoadingError) {
    self.dataset = dataset
    let selection = try ColumnSelection(options.columns, of: dataset.schema)
    schema = options.transform?.schema ?? options.collation?.schema ?? selection.batch
    guard options.columns == nil || options.collation == nil else {
      throw LoadingError(
        .configuration, expected: "columns or a collation", found: "both",
        remedy: "let the collation read the columns that it needs")
    }
    self.plan = plan
    self.options = options
    let rank = plan.world.rank
    let cursor = PlanCursor(
      plan: plan, rank: rank, locator: dataset.shape.locator, dropsLast: options.dropsLast,
      skipping: options.skippedBatches)
    planStart = cursor.firstBatch
    firstBatch = cursor.firstBatch + options.skippedBatches
    self.cursor = Mutex(cursor)
    let sizes = dataset.pipelineSizes(batchSize: plan.batchSize, options: options)
    let monitor = Monitor(
      LoaderState(
        pipeline: BatchPipeline(window: sizes.window, depth: sizes.depth, tracksUnused: dataset.share != nil),
        runLength: sizes.run,
        limits: dataset.options.fetchLimits,
        gate: dataset.share.map { ShardGate(share: $0, byteCounts: dataset.shardByteCounts) }))
    self.monitor = monitor
    // The depth of the pipeline bounds what is assembled ahead; what the consumer holds besides is its own choice.
    ring = BufferRing(bufferCount: .max, spares: dataset.spareBuffers)
    inputs = options.transform == nil ? ring : BufferRing(bufferCount: .max, spares: dataset.spareBuffers)
    gatherer = BatchGatherer(dataset: dataset, selection: selection, collation: options.collation)
  }

  var batchCount: Int { cursor.withLock { $0.batchCount } }

  var stalls: StallReport {
    let moments = delivery.withLock { $0.takeMoments() }
    let clock = monitor.withLock { state in
      state.delivered(moments)
      return state.stalls
    }
    return StallReport(clock, epoch: plan.position.epoch, threadCount: threadCount)
  }

  private var threadCount: Int { options.threads.map { max(1, $0) } ?? dataset.defaultThreadCount }

  // MARK: The consumer

  func nextBlocking() throws(LoadingError) -> Batch? {
    let asked = clock.now
    if let output = takeAtHand(asked) { return try deliver(output, asked) }
    start()
    let taken: LoaderState.Taken
    var held = takeDelivery()
    do throws(WaitError) {
      taken = try monitor.wait(until: .after(options.timeout), charging: Self.nextBatch) {
        $0.takeNext(asked: asked, &held, clock)
      }
    } catch {
      throw waitFailed(error)
    }
    putBack(&held)
    return try deliver(taken, asked)
  }

  func next() async throws(LoadingError) -> Batch? {
    let asked = clock.now
    if let output = takeAtHand(asked) { return try deliver(output, asked) }
    start()
    let taken: LoaderState.Taken
    var held = takeDelivery()
    do throws(WaitError) {
      taken = try await monitor.waitAsync(until: .after(options.timeout), charging: Self.nextBatch) {
        $0.takeNext(asked: asked, &held, clock)
      }
    } catch {
      throw waitFailed(error)
    }
    putBack(&held)
    return try deliver(taken, asked)
  }

  /// What was taken off the pipeline before, without a look at it.
  private func takeAtHand(_ asked: Int64) -> LoaderState.Output? {
    delivery.withLock { $0.take(asked: asked, at: clock.now) }
  }

  /// Only for the consumer: what is at hand, nothing, with its memory, and what is to be noted of it; put back after the
  /// look at the pipeline.
  private func takeDelivery() -> Delivery {
    var held = Delivery()
    delivery.withLock { swap(&held, &$0) }
    return held
  }

  private func putBack(_ held: inout Delivery) {
    delivery.withLock { swap(&held, &$0) }
  }

  private func deliver(_ taken: LoaderState.Taken, _ asked: Int64) throws(LoadingError) -> Batch? {
    // Room for more: threads may plan and assemble on.
    if taken.concernsThreads { monitor.notifying { _ in } }
    guard let output = taken.output else {
      logEnd()
      return nil
    }
    return try deliver(output, asked)
  }

  private func deliver(_ output: LoaderState.Output, _ asked: Int64) throws(LoadingError) -> Batch {
    switch output {
    case .success(let batch):
      if let metrics = dataset.options.metrics {
        metrics.record(.nanoseconds(clock.now - asked), in: .batchLatency)
        metrics.add(1, to: .batches)
        metrics.add(batch.rowCount, to: .samples)
      }
      return batch
    case .failure(let error):
      close()
      throw error
    }
  }

  /// Tells once where the epoch's time went.
  private func logEnd() {
    guard hasLogged.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged else { return }
    let report = stalls
    Self.logger.debug(
      "an epoch has ended",
      metadata: [
        "epoch": "\(report.epoch)", "rank": "\(plan.world.rank)", "batches": "\(report.batchCount)",
        "time": "\(report.duration)", "limited_by": "\(report.limitingStage)", "fetched_shards": "\(report.fetchedShardCount)",
        "fetched_bytes": "\(report.fetchedByteCount)",
      ])
  }

  private func waitFailed(_ error: WaitError) -> LoadingError {
    let (position, missing) = monitor.withLock { ($0.pipeline.head, $0.pipeline.firstMissing(except: [])) }
    if error.reason == .cancelled { close() }
    // The shard that the batch still lacks; nil when all are open and the batch is being assembled.
    let place = missing.flatMap { $0.position == position ? dataset.place(of: $0.shard) : nil }
    return LoadingError(
      error.reason == .cancelled ? .cancelled : .timedOut, stream: place?.stream, shard: place?.shard,
      expected: "batch \(position) of rank \(plan.world.rank) within \(options.timeout)",
      found: place == nil ? "\(error)" : "\(error), and the shard is not here",
      remedy: "look for a stalled store or disk; raise LoaderOptions.timeout if it is just slow", cause: error)
  }

  // MARK: Threads

  private func start() {
    guard hasStarted.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    else { return }
    let count = batchCount
    monitor.notifying { state in
      state.assemblerLimit = .max
      state.preparesNext = true
      // Late in a long epoch, as both orders take memory then; an epoch of a batch or two has no middle.
      state.ordersNextAt = max(1, count - min(count / 2, Self.orderLead / max(1, plan.batchSize)))
    }
    begin()
    readFuture()
    keepOrder()
  }

  private func begin() {
    guard hasBegun.compareExchange(expected: false, desired: true, ordering: .acquiringAndReleasing).exchanged
    else { return }
    let count = threadCount
    monitor.withLock { $0.threadCount = $0.isClosed ? 0 : count }
    guard monitor.withLock({ !$0.isClosed }) else { return }
    for number in 0..<count { NamedThread.start("st-loader-\(number)") { [self] in run(number) }.detach() }
  }

  /// Keeps threads from assembling until they are lent, or the consumer asks; before ``beginAhead()``.
  func holdAssembly() { monitor.withLock { $0.assemblerLimit = 0 } }

  /// Begins before the consumer asks, while the epoch before is read.
  func beginAhead() { begin() }

  /// Lets more threads assemble the first batches, although nobody has asked yet.
  func addAssemblers(_ count: Int) {
    guard assemblesAhead, count > 0 else { return }
    monitor.notifying { state in
      let (sum, overflow) = state.assemblerLimit.addingReportingOverflow(count)
      state.assemblerLimit = overflow ? .max : sum
    }
  }

  private var assemblesAhead: Bool {
    options.transform == nil && options.collation == nil && !dataset.nextEpoch.usesOwnBuffers
  }

  /// Whether this core, which was begun ahead, does what one of that plan and these options would do.
  func isAhead(of plan: EpochPlan, _ options: LoaderOptions) -> Bool {
    plan.isCopy(of: self.plan) && options.readsAlike(self.options)
      && monitor.withLock { !$0.isClosed && !$0.hasFailed }
  }

  /// Lets all threads and fetches end; what is delivered already stays valid. Does not wait.
  func close() {
    let (fetches, isLeft) = monitor.notifying { state in
      state.isClosed = true
      return (state.fetches.values + (state.aheadFetch.map { [$0] } ?? []), state.preparesNext && !state.isFinished)
    }
    for fetch in fetches { fetch.cancel() }
    // Whoever leaves in the middle wants everything to end.
    let hasUndelivered = delivery.withLock { $0.close() }
    if isLeft || hasUndelivered { dataset.nextEpoch.discard(after: plan) }
    ring.close()
    inputs.close()
  }

  /// Closes and waits for the end of threads and fetches.
  func closeAndWait(until deadline: Deadline) throws(WaitError) {
    close()
    try waitForEnd(until: deadline)
  }

  /// Waits for the end of threads and fetches, which something else brings about.
  func waitForEnd(until deadline: Deadline) throws(WaitError) {
    try monitor.wait(until: deadline, charging: StallCause("the loader's threads to end")) { state -> Void? in
      state.threadCount == 0 && state.fetches.isEmpty && state.aheadFetch == nil ? () : nil
    }
  }

  private func run(_ thread: Int) {
    var scratch = GatherScratch()
    var run = AssemblyRun()
    // What this thread was last busy with: the reason why a batch that it takes had to wait for it.
    var before = LoadingStage.decode
    while true {
      // Only closing or the end of the epoch ends this wait; both give a job.
      guard let job = try? monitor.wait(until: .never, charging: Self.work, { $0.nextJob(&run) }) else { break }
      switch job {
      case .stop:
        threadEnds()
        return
      case .plan(let count):
        readPlan(count)
        before = .plan
      case .open(let shard, let wasFetched):
        open(shard, thread, wasFetched: wasFetched)
        before = .decompress
      case .close(let shard, let actions):
        makeRoom(closing: shard)
        perform(actions)
      case .assemble:
        if run.isLentFirst {
          run.isLentFirst = false
          dataset.nextEpoch.lendThread(after: plan)
        }
        assemble(&run, &scratch, thread, &before)
      case .orderNext: orderNext()
      case .prepareNext: prepareNext()
      case .lendThread: dataset.nextEpoch.lendThread(after: plan)
      }
    }
  }

  /// The last one turns off the light.
  func threadEnds() {
    if monitor.withLock({ $0.threadCount == 1 }) { closeAll() }
    monitor.notifying { $0.threadCount -= 1 }
  }

  private func readPlan(_ wanted: Int) {
    let started = clock.now
    // Taken out, so that nobody else refers to their arrays, which would be copied instead of filled.
    var plans: [PlannedBatch] = []
    planRoom.withLock { swap(&plans, &$0) }
    monitor.withLock { $0.pipeline.takeSpares(count: wanted, into: &plans) }
    let (count, isAtEnd) = cursor.withLock { cursor in
      let count = cursor.read(into: &plans)
      return (count, cursor.isAtEnd)
    }
    monitor.notifying { $0.planned(&plans, count: count, isAtEnd: isAtEnd, since: started, at: clock.now) }
    plans.removeAll(keepingCapacity: true)
    planRoom.withLock { swap(&plans, &$0) }
  }
}
