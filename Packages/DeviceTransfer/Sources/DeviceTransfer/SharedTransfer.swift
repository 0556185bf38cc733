import ColumnarBatch
import Synchronization
import Threading

/// The transfer to a device that shares the host's memory: the consumer takes batches from the source itself, without
/// a thread or a copy between.
final class SharedTransfer<D: Device>: Sendable {
  private struct State: Sendable {
    var number = 0
    var failure: DeviceError?
    var isClosed = false
  }

  let device: D
  let account = StallAccount()
  private let state = Mutex(State())

  init(_ device: D) { self.device = device }

  var times: TransferTimes { TransferTimes(account, batchCount: state.withLock { $0.number }) }

  func close() { state.withLock { $0.isClosed = true } }

  /// Whether to ask the source; throws what it threw before.
  func isOpen() throws(DeviceError) -> Bool {
    try state.withLock { state throws(DeviceError) in
      if let failure = state.failure { throw failure }
      return !state.isClosed
    }
  }

  /// The device's view of a batch.
  func deliver(_ batch: Batch?, since start: ContinuousClock.Instant) throws(DeviceError) -> DeviceBatch<D>? {
    account.add(start.duration(to: .now), to: .batchOnDevice)
    guard let batch else { return nil }
    let number = state.withLock { state in
      state.number += 1
      return state.number - 1
    }
    do throws(DeviceError) {
      let memory = batch.payload.withUnsafeBytes {
        // Safe because a shared buffer is only read: the type of the memory is that of what devices may write.
        $0.baseAddress.map { BufferMemory(address: UnsafeMutableRawPointer(mutating: $0), byteCount: batch.payload.byteCount) }
      }
      guard let memory else { throw emptyBatch }
      let buffer = try device.share(memory, keeping: batch)
      return DeviceBatch(batch, number: number, event: nil, buffer: buffer, device: device, lease: .shared)
    } catch {
      throw fail(error, at: number)
    }
  }

  /// Keeps the first failure, to be thrown each time one asks.
  func fail(_ error: DeviceError, at number: Int? = nil) -> DeviceError {
    var error = error
    if error.batch == nil { error.batch = number }
    return state.withLock { state in
      if let failure = state.failure { return failure }
      state.failure = error
      return error
    }
  }

  private var emptyBatch: DeviceError {
    DeviceError(
      .unavailable, device: device.name, expected: "a batch with memory", found: "one without any",
      remedy: "report this with the source's type")
  }
}
