public import ColumnarBatch
public import Threading

/// When a batch on a device is handed to its consumer.
public enum TransferDelivery: Sendable, Hashable {
  /// Once its copy has ended: the memory can be read by whatever runs next.
  case whenCopied
  /// Once its copy is on the device's queue: the consumer calls ``DeviceBatch/wait(on:)`` before it works on
  /// it.
  case whenStarted
}

/// The batches of a source, in order, in the memory of a device.
///
/// One thread of its own takes batches from the source and starts copies, up to `inFlight` ahead of the
/// consumer. One consumer at a time, a task or a thread. Batches before an error are delivered first; then it
/// is thrown, each time one asks. Dropping the sequence and its iterator, or cancelling the task, ends thread
/// and source.
public final class DeviceLoader<Source: BatchSource, D: Device>: AsyncSequence, Sendable {
  public typealias Element = DeviceBatch<D>
  public typealias Failure = DeviceError

  private let source: Source
  private let pipeline: TransferPipeline<D>
  private let stagings: StagingPool<D>
  private let delivery: TransferDelivery
  private let copyTimeout: Duration

  init(_ source: Source, _ device: D, inFlight: Int, delivery: TransferDelivery, copyTimeout: Duration) {
    self.source = source
    self.delivery = delivery
    self.copyTimeout = copyTimeout
    let inFlight = inFlight < 1 ? 1 : inFlight
    pipeline = TransferPipeline(device, inFlight: inFlight)
    stagings = StagingPool(device, limit: inFlight)
    let allocator = StagingAllocator(device)
    source.useBuffers(from: allocator)
    let thread = TransferThread(source: source, pipeline: pipeline, allocator: allocator, stagings: stagings)
    // Not joined: a driver that hangs must not hang whoever drops the sequence. `closeAndWait` waits for it.
    NamedThread.start("device") { thread.run() }.detach()
  }

  deinit { close() }

  /// The next batch, nil after the last one. Blocks the calling thread; not for tasks.
  /// - Throws: ``DeviceError``: `.sourceFailed` with the source's error, `.copyFailed`, `.outOfMemory`,
  ///   `.timedOut` when a copy takes longer than the time-out.
  public func nextBlocking() throws(DeviceError) -> DeviceBatch<D>? {
    let whenEnded = delivery == .whenCopied
    let next: TransferPipeline<D>.Delivery
    do throws(WaitError) {
      try pipeline.monitor.wait(until: .never, charging: .batchOnDevice) { $0.isDecided ? () : nil }
      next = try pipeline.monitor.wait(until: .after(copyTimeout), charging: .batchOnDevice) {
        TransferPipeline<D>.delivery(&$0, whenEnded: whenEnded)
      }
    } catch {
      throw waitFailed(error)
    }
    return try next.get()
  }

  private func nextAsync() async throws(DeviceError) -> DeviceBatch<D>? {
    let whenEnded = delivery == .whenCopied
    let next: TransferPipeline<D>.Delivery
    do throws(WaitError) {
      try await pipeline.monitor.waitAsync(until: .never, charging: .batchOnDevice) {
        $0.isDecided ? () : nil
      }
      next = try await pipeline.monitor.waitAsync(until: .after(copyTimeout), charging: .batchOnDevice) {
        TransferPipeline<D>.delivery(&$0, whenEnded: whenEnded)
      }
    } catch {
      throw waitFailed(error)
    }
    return try next.get()
  }

  /// Ends the transfer: the thread and the source end, batches that were not delivered are dropped. Returns
  /// at once.
  public func close() {
    pipeline.close()
    stagings.close()
    source.close()
  }

  /// Ends the transfer and blocks until its thread has ended.
  /// - Throws: `WaitError` `.timedOut` when the source or the device does not return in time.
  public func closeAndWait(until deadline: Deadline) throws(WaitError) {
    close()
    try pipeline.monitor.wait(until: deadline, charging: .deviceThread) { $0.isThreadDone ? () : nil }
  }

  private func waitFailed(_ error: WaitError) -> DeviceError {
    close()
    let isTimeout = error.reason == .timedOut
    return DeviceError(
      isTimeout ? .timedOut : .cancelled, device: pipeline.device.name,
      expected: isTimeout ? "the end of a copy within \(copyTimeout)" : "a running task",
      found: isTimeout ? "a copy that still runs" : "a cancelled one",
      remedy: isTimeout
        ? "look at the device's state, or raise copyTimeout" : "start again from the last checkpoint",
      cause: error)
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(loader: self) }

  /// The consumer's side in a task. Cancelling the task ends the transfer.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let loader: DeviceLoader

    public mutating func next() async throws(DeviceError) -> DeviceBatch<D>? { try await loader.nextAsync() }

    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(DeviceError) -> DeviceBatch<D>? { try await loader.nextAsync() }
  }
}

extension TransferPipeline.State {
  /// Whether something can be delivered as soon as the device has done its part.
  var isDecided: Bool { isClosed || isAtEnd || failure != nil || !started.isEmpty }
}

extension TransferPipeline.Delivery {
  func get() throws(DeviceError) -> DeviceBatch<D>? {
    switch self {
    case .batch(let batch): return batch
    case .failure(let error): throw error
    case .end: return nil
    }
  }
}

extension BatchSource {
  /// Copies every batch into the memory of `device`, ahead of the consumer.
  ///
  /// The source assembles into the device's own staging memory if it can, so a byte is copied twice in all:
  /// from the shard's mapping to staging memory, and from there to the device.
  /// - Parameter inFlight: batches on the device at once, the consumer's included; at least 1, 2 lets a copy
  ///   run while the consumer works.
  /// - Parameter copyTimeout: how long one copy may take before it counts as hung.
  public func transfer<D: Device>(
    to device: D, inFlight: Int = 2, delivery: TransferDelivery = .whenCopied,
    copyTimeout: Duration = .seconds(60)
  ) -> DeviceLoader<Self, D> {
    DeviceLoader(self, device, inFlight: inFlight, delivery: delivery, copyTimeout: copyTimeout)
  }
}
