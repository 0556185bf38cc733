import ColumnarBatch
import Threading

/// The transfer to a device with memory of its own, seen from the consumer: a thread fills the pipeline behind it.
final class CopyingTransfer<Source: BatchSource, D: Device>: Sendable {
  private let pipeline: TransferPipeline<D>
  private let stagings: StagingPool<D>
  private let delivery: TransferDelivery
  private let timeout: Duration

  init(_ source: Source, _ device: D, inFlight: Int, delivery: TransferDelivery, timeout: Duration) {
    self.delivery = delivery
    self.timeout = timeout
    pipeline = TransferPipeline(device, inFlight: inFlight)
    stagings = StagingPool(device, limit: inFlight)
    let allocator = StagingAllocator(device)
    source.useBuffers(from: allocator)
    let thread = TransferThread(source: source, pipeline: pipeline, allocator: allocator, stagings: stagings)
    // Not joined: a driver that hangs must not hang whoever drops the sequence. `waitForEnd` waits for it.
    NamedThread.start("device") { thread.run() }.detach()
  }

  var times: TransferTimes { pipeline.times }

  func nextBlocking() throws(DeviceError) -> DeviceBatch<D>? {
    let whenEnded = delivery == .whenCopied
    let next: TransferPipeline<D>.Delivery
    do throws(WaitError) {
      try pipeline.monitor.wait(until: .never, charging: .batchOnDevice, to: pipeline.account) {
        $0.isDecided ? () : nil
      }
      next = try pipeline.monitor.wait(until: .after(timeout), charging: .copyToDevice, to: pipeline.account) {
        TransferPipeline<D>.delivery(&$0, whenEnded: whenEnded)
      }
    } catch {
      throw waitFailed(error)
    }
    return try next.get()
  }

  func next() async throws(DeviceError) -> DeviceBatch<D>? {
    let whenEnded = delivery == .whenCopied
    let next: TransferPipeline<D>.Delivery
    do throws(WaitError) {
      try await pipeline.monitor.waitAsync(until: .never, charging: .batchOnDevice, to: pipeline.account) {
        $0.isDecided ? () : nil
      }
      next = try await pipeline.monitor.waitAsync(
        until: .after(timeout), charging: .copyToDevice, to: pipeline.account
      ) {
        TransferPipeline<D>.delivery(&$0, whenEnded: whenEnded)
      }
    } catch {
      throw waitFailed(error)
    }
    return try next.get()
  }

  func close() {
    pipeline.close()
    stagings.close()
  }

  func waitForEnd(until deadline: Deadline) throws(WaitError) {
    try pipeline.monitor.wait(until: deadline, charging: .deviceThread) { $0.isThreadDone ? () : nil }
  }

  private func waitFailed(_ error: WaitError) -> DeviceError {
    close()
    guard error.reason == .timedOut else { return .cancelled(error, on: pipeline.device.name) }
    return DeviceError(
      .timedOut, device: pipeline.device.name, expected: "the end of a copy within \(timeout)",
      found: "a copy that still runs", remedy: "look at the device's state, or raise copyTimeout", cause: error)
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
