import ColumnarBatch
import Threading

/// The body of the device thread: takes batches from the source and starts their copies, in order.
struct TransferThread<Source: BatchSource, D: Device>: Sendable {
  let source: Source
  let pipeline: TransferPipeline<D>
  let allocator: StagingAllocator<D>
  /// For batches that lie in other memory than the device's own; used in turn, each again after its copy has
  /// ended.
  let stagings: StagingPool<D>
  var device: D { pipeline.device }

  func run() {
    do throws(DeviceError) {
      var number = 0
      // A place first: a batch that has none to go to would only keep the loader from its buffer.
      while let place = pipeline.nextPlace() {
        guard let batch = try nextBatch() else {
          pipeline.free(place: place)
          break
        }
        do throws(DeviceError) {
          try start(batch, number: number, in: place)
        } catch {
          pipeline.free(place: place)
          throw error
        }
        number += 1
      }
      pipeline.finish(nil)
    } catch {
      pipeline.finish(error)
    }
    source.close()
    pipeline.threadIsDone()
  }

  private func nextBatch() throws(DeviceError) -> Batch? {
    let start = ContinuousClock.now
    defer { pipeline.account.add(start.duration(to: .now), to: .staging) }
    do {
      return try source.nextBlocking()
    } catch {
      throw .sourceFailed(error, on: device.name)
    }
  }

  private func start(_ batch: Batch, number: Int, in place: Int) throws(DeviceError) {
    let reuseAfter = pipeline.takeReuse(of: place)
    do throws(DeviceError) {
      let byteCount = batch.payload.byteCount
      let buffer = try buffer(of: byteCount, in: place, reuseAfter: reuseAfter)
      if let reuseAfter { try device.enqueueWait(reuseAfter, on: device.copyQueue) }
      let own = allocator.lease(of: batch)
      let copied = own == nil ? try stage(batch) : nil
      guard let staging = own ?? copied else { throw closedEarly }
      let begin = ContinuousClock.now
      let event = try device.copy(staging.buffer, byteCount: byteCount, to: buffer)
      pipeline.started(
        DeviceBatch(
          batch, number: number, event: event, buffer: buffer, device: device, lease: .place(place, pipeline)))
      // The closure keeps what the copy reads and writes; a batch whose bytes were copied on is let go right
      // now.
      let source = own == nil ? nil : batch
      device.notify(after: event) { [pipeline, stagings] error in
        if own == nil { stagings.free(staging) }
        pipeline.ended(number, since: begin, error)
        withExtendedLifetime((source, buffer, staging)) {}
      }
    } catch {
      // What still works on the place's memory goes on doing so.
      if let reuseAfter { pipeline.setReuse(of: place, after: reuseAfter) }
      var error = error
      error.batch = number
      throw error
    }
  }

  private func stage(_ batch: Batch) throws(DeviceError) -> StagingAllocator<D>.Lease? {
    let start = ContinuousClock.now
    defer { pipeline.account.add(start.duration(to: .now), to: .staging) }
    return try stagings.copy(of: batch)
  }

  private func buffer(of byteCount: Int, in place: Int, reuseAfter: D.Event?) throws(DeviceError) -> D.Buffer {
    if let buffer = pipeline.buffer(of: place, holding: byteCount, reuseAfter: reuseAfter) { return buffer }
    // An eighth more, in steps of 64 KiB: batches with ragged rows differ a little.
    let (padded, overflow) = byteCount.addingReportingOverflow(byteCount / 8 + 65535)
    guard !overflow else {
      throw DeviceError(
        .outOfMemory, device: device.name, expected: "a batch whose size fits in Int", found: "a larger one",
        remedy: "lower the batch size")
    }
    let capacity = padded & ~65535
    let buffer = try device.allocateBuffer(capacity)
    pipeline.setBuffer(buffer, capacity: capacity, of: place)
    return buffer
  }

  private var closedEarly: DeviceError {
    DeviceError(
      .cancelled, device: device.name, expected: "a consumer", found: "none",
      remedy: "keep the sequence alive")
  }
}

/// Staging buffers for batches whose own memory the device can't read at full speed.
final class StagingPool<D: Device>: Sendable {
  typealias Lease = StagingAllocator<D>.Lease
  private struct State: Sendable {
    var free: [Lease] = []
    var madeCount = 0
    var isClosed = false
  }

  private enum Turn {
    case use(Lease)
    case make, closed
  }

  private let device: D
  private let limit: Int
  private let state = Monitor(State())

  init(_ device: D, limit: Int) {
    self.device = device
    self.limit = limit
  }

  /// The batch's bytes in staging memory; waits for a buffer whose copy has ended. Nil once closed.
  func copy(of batch: Batch) throws(DeviceError) -> Lease? {
    let turn = try? state.wait(until: .never, charging: .stagingBuffer) { [limit] state -> Turn? in
      if state.isClosed { return .closed }
      if let lease = state.free.popLast() { return .use(lease) }
      guard state.madeCount < limit else { return nil }
      state.madeCount += 1
      return .make
    }
    let byteCount = batch.payload.byteCount
    let lease: Lease
    switch turn {
    case .closed, nil: return nil
    case .use(let free) where free.buffer.byteCount >= byteCount: lease = free
    case .use, .make: lease = Lease(try device.allocateStaging(byteCount + byteCount / 8))
    }
    batch.payload.withUnsafeBytes { bytes in
      // Safe because the lease is ours alone until the copy starts, and is at least as large as the payload.
      if let start = bytes.baseAddress {
        lease.buffer.address.copyMemory(from: start, byteCount: bytes.count)
      }
    }
    return lease
  }

  func free(_ lease: Lease) { state.notifying { if !$0.isClosed { $0.free.append(lease) } } }

  func close() {
    let freed: [Lease] = state.notifying { state in
      state.isClosed = true
      let freed = state.free
      state.free = []
      return freed
    }
    withExtendedLifetime(freed) {}
  }
}
