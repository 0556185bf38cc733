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

/// The batches of a source, in order, on a device.
///
/// One thread of its own takes batches from the source and starts copies, up to `inFlight` ahead of the
/// consumer; a device that shares the host's memory needs neither. One consumer at a time, a task or a thread.
/// Batches before an error are delivered first; then it is thrown, each time one asks. Dropping the sequence and
/// its iterator, or cancelling the task, ends thread and source.
public final class DeviceLoader<Source: BatchSource, D: Device>: AsyncSequence, Sendable {
  public typealias Element = DeviceBatch<D>
  public typealias Failure = DeviceError

  private enum Path {
    case copying(CopyingTransfer<Source, D>)
    case shared(SharedTransfer<D>)
  }

  private let source: Source
  private let device: D
  private let path: Path

  init(_ source: Source, _ device: D, inFlight: Int, delivery: TransferDelivery, copyTimeout: Duration) {
    self.source = source
    self.device = device
    if device.sharesHostMemory {
      path = .shared(SharedTransfer(device))
    } else {
      path = .copying(
        CopyingTransfer(source, device, inFlight: Swift.max(1, inFlight), delivery: delivery, timeout: copyTimeout))
    }
  }

  deinit { close() }

  /// Where the time went so far.
  public var times: TransferTimes {
    switch path {
    case .copying(let transfer): transfer.times
    case .shared(let transfer): transfer.times
    }
  }

  /// The next batch, nil after the last one. Blocks the calling thread; not for tasks.
  /// - Throws: ``DeviceError``: `.sourceFailed` with the source's error, `.copyFailed`, `.outOfMemory`,
  ///   `.timedOut` when a copy takes longer than the time-out.
  public func nextBlocking() throws(DeviceError) -> DeviceBatch<D>? {
    switch path {
    case .copying(let transfer): return try transfer.nextBlocking()
    case .shared(let transfer):
      guard try transfer.isOpen() else { return nil }
      let start = ContinuousClock.now
      let batch: Batch?
      do {
        batch = try source.nextBlocking()
      } catch {
        throw transfer.fail(.sourceFailed(error, on: device.name))
      }
      return try transfer.deliver(batch, since: start)
    }
  }

  private func next(
    _ iterator: inout Source.AsyncIterator?, isolation actor: isolated (any Actor)?
  ) async throws(DeviceError) -> DeviceBatch<D>? {
    switch path {
    case .copying(let transfer): return try await transfer.next()
    case .shared(let transfer):
      guard try transfer.isOpen() else { return nil }
      let start = ContinuousClock.now
      if iterator == nil { iterator = source.makeAsyncIterator() }
      let batch: Batch?
      do {
        batch = try await iterator?.next(isolation: actor)
      } catch {
        let wasCancelled = Task.isCancelled
        if wasCancelled { close() }
        throw transfer.fail(wasCancelled ? .cancelled(error, on: device.name) : .sourceFailed(error, on: device.name))
      }
      return try transfer.deliver(batch, since: start)
    }
  }

  /// Ends the transfer: the thread and the source end, batches that were not delivered are dropped. Returns
  /// at once.
  public func close() {
    switch path {
    case .copying(let transfer): transfer.close()
    case .shared(let transfer): transfer.close()
    }
    source.close()
  }

  /// Ends the transfer and blocks until its thread has ended.
  /// - Throws: `WaitError` `.timedOut` when the source or the device does not return in time.
  public func closeAndWait(until deadline: Deadline) throws(WaitError) {
    close()
    if case .copying(let transfer) = path { try transfer.waitForEnd(until: deadline) }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(loader: self) }

  /// The consumer's side in a task. Cancelling the task ends the transfer.
  public struct AsyncIterator: AsyncIteratorProtocol {
    fileprivate let loader: DeviceLoader
    /// Of the source, where the consumer reads it itself.
    fileprivate var iterator: Source.AsyncIterator?

    fileprivate init(loader: DeviceLoader) { self.loader = loader }

    public mutating func next() async throws(DeviceError) -> DeviceBatch<D>? {
      try await loader.next(&iterator, isolation: nil)
    }

    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(DeviceError) -> DeviceBatch<D>? { try await loader.next(&iterator, isolation: actor) }
  }
}

extension BatchSource {
  /// Brings every batch to `device`, ahead of the consumer.
  ///
  /// The source assembles into the device's own staging memory if it can, so a byte is copied twice in all:
  /// from the shard's mapping to staging memory, and from there to the device. A device that shares the host's
  /// memory gets the batches as they are; the time-out, the delivery and the number in flight then mean nothing.
  /// - Parameter inFlight: batches on the device at once, the consumer's included; at least 1, 2 lets a copy
  ///   run while the consumer works, 3 evens out sources that stumble.
  /// - Parameter copyTimeout: how long one copy may take before it counts as hung.
  public func transfer<D: Device>(
    to device: D, inFlight: Int = 3, delivery: TransferDelivery = .whenCopied,
    copyTimeout: Duration = .seconds(60)
  ) -> DeviceLoader<Self, D> {
    DeviceLoader(self, device, inFlight: inFlight, delivery: delivery, copyTimeout: copyTimeout)
  }
}
