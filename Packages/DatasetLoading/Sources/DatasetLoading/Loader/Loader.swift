public import ColumnarBatch
public import SampleOrder
import Synchronization
public import Threading

/// One epoch's batches of this rank, in order, each once: `for try await batch in loader`.
///
/// Threads of its own decompress and assemble ahead of the consumer; it starts them with the first batch that is asked
/// for. Leaving the loop and dropping the loader ends them; ``close()`` also waits for that.
/// One consumer at a time; any thread or task.
public struct Loader: BatchSource {
  public typealias Element = Batch
  public typealias Failure = LoadingError

  private let handle: LoaderHandle
  fileprivate var core: LoaderCore { handle.core }

  init(_ core: LoaderCore) { handle = LoaderHandle(core) }

  /// The plan that this loader follows.
  public var plan: EpochPlan { core.plan }

  /// The columns of its batches.
  public var schema: BatchSchema { core.schema }

  /// Batches that it delivers in all.
  public var batchCount: Int { handle.batchCount }

  /// The next batch, nil after the last one; blocks the calling thread until it is there. Not for tasks.
  /// - Throws: ``LoadingError``: what stands in the batch's place, on each run at the same batch, after all batches before
  ///   it; `.timedOut` when nothing came within ``LoaderOptions/timeout``. Nothing comes after an error.
  public func nextBlocking() throws(LoadingError) -> Batch? { try core.nextBlocking() }

  public func makeAsyncIterator() -> Iterator { Iterator(handle: handle) }

  /// Takes the memory of all batches from `allocator`; only before the first batch is asked for.
  public func useBuffers(from allocator: any BufferAllocator) {
    core.dataset.nextEpoch.usesOwnBuffers = true
    core.ring.use(allocator)
  }

  /// The state of a run whose last batch was `batch`: what comes after it when a new loader resumes from there.
  ///
  /// Batches that were assembled ahead and not delivered do not count.
  public func state(after batch: Batch) -> CheckpointState { state(after: batch.position) }

  /// The same for a batch that went on to a device, by its position.
  public func state(after position: BatchPosition) -> CheckpointState {
    var state = initialState
    state.sampleInEpoch = position.deliveredSampleCount
    return state
  }

  /// The state before the first batch.
  public var initialState: CheckpointState {
    var state = plan.state(afterSamples: 0)
    state.skippedShards = core.dataset.skipped.numbers
    return state
  }

  /// Where the time of this epoch went so far, and what limits it; complete after the last batch.
  public var stalls: StallReport { core.stalls }

  var isClosed: Bool { core.monitor.withLock { $0.isClosed } }

  /// Lets threads and fetches end; batches that were delivered stay valid. Returns at once, any number of times.
  public func close() { core.close() }

  /// Closes, then waits until threads and fetches have ended. Blocks: not for tasks.
  /// - Throws: `WaitError` when they have not ended at the deadline.
  public func closeAndWait(until deadline: Deadline = .after(.seconds(30))) throws(WaitError) {
    try core.closeAndWait(until: deadline)
  }

  /// Delivers batches to `for try await`.
  public struct Iterator: AsyncIteratorProtocol {
    let handle: LoaderHandle

    public mutating func next() async throws(LoadingError) -> Batch? { try await handle.core.next() }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws(LoadingError) -> Batch? {
      try await handle.core.next()
    }
  }
}

/// What the consumer holds; its end closes the core, whose threads would keep it alive otherwise.
final class LoaderHandle: Sendable {
  let core: LoaderCore
  let batchCount: Int

  init(_ core: LoaderCore) {
    self.core = core
    batchCount = core.batchCount
  }

  deinit { core.close() }
}

extension Loader {
  /// A way to wait for the end of a loader that outlives it.
  var ending: LoaderEnding { LoaderEnding(core: core) }
}

/// The end of a loader's threads and fetches, without a hold on the loader.
struct LoaderEnding {
  fileprivate let core: LoaderCore

  func wait(until deadline: Deadline) throws(WaitError) { try core.waitForEnd(until: deadline) }
}
