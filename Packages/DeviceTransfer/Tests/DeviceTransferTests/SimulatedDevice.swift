import ColumnarBatch
import DeviceTransfer
import SystemLibC
import Threading

/// A device with queues of its own, each a thread that works late: a copy reads its source only when it gets
/// there, so memory that is reused too early shows up as wrong data.
final class SimulatedDevice: Device {
  final class Event: Sendable {
    /// nil until it happened; then the error, if any.
    let outcome = Monitor<DeviceError??>(nil)
    let callbacks = Monitor<[@Sendable (DeviceError?) -> Void]>([])

    func happen(_ error: DeviceError?) {
      outcome.notifying { $0 = .some(error) }
      let bodies = callbacks.withLock { bodies in
        defer { bodies = [] }
        return bodies
      }
      for body in bodies { body(error) }
    }
  }

  /// Safe because only jobs of the queues touch the memory; tests read it through `work`, or after the copy.
  final class Buffer: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
    let byteCount: Int
    private let live: Monitor<Int>

    init(byteCount: Int, live: Monitor<Int>) {
      address = .allocate(byteCount: max(byteCount, 1), alignment: 256)
      self.byteCount = byteCount
      self.live = live
      live.withLock { $0 += 1 }
    }

    deinit {
      address.initializeMemory(as: UInt8.self, repeating: 0xDB, count: byteCount)
      address.deallocate()
      live.withLock { $0 -= 1 }
    }

    func elements<T: BitwiseCopyable>(_ range: Range<Int>, as type: T.Type) -> [T] {
      let start = (address + range.lowerBound).assumingMemoryBound(to: T.self)
      return Array(UnsafeBufferPointer(start: start, count: range.count / MemoryLayout<T>.stride))
    }
  }

  final class Queue: Sendable {
    private let jobs = BoundedQueue<@Sendable () -> Void>(capacity: 1000)

    init(_ name: String) {
      NamedThread.start(name) { [jobs] in
        while let job = (try? jobs.pop(until: .never, charging: StallCause("a job"))) ?? nil { job() }
      }.detach()
    }

    deinit { jobs.close() }
    func append(_ job: @escaping @Sendable () -> Void) { _ = jobs.tryPush(job) }
  }

  struct Faults: Sendable {
    var copyThrows: Int?
    var copyFails: Int?
    var copyHangs: Int?
    var allocationThrows: Int?
    var stagingThrows: Int?
  }

  let name = "simulated:0"
  let copyQueue = DeviceQueue(handle: 0)
  let liveBuffers = Monitor(0)
  let liveStaging = Monitor(0)
  private let queues = [Queue("copy"), Queue("work")]
  private let delay: Duration
  private let faults: Faults
  /// What was asked for so far.
  let counts = Monitor((copies: 0, buffers: 0, stagings: 0))

  init(delay: Duration = .zero, faults: Faults = Faults()) {
    self.delay = delay
    self.faults = faults
  }

  func allocateStaging(_ byteCount: Int) throws(DeviceError) -> StagingBuffer {
    let number = counts.withLock { counts in
      counts.stagings += 1
      return counts.stagings - 1
    }
    if number == faults.stagingThrows { throw failure(.outOfMemory) }
    liveStaging.withLock { $0 += 1 }
    let address = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 256)
    return StagingBuffer(address: address, byteCount: byteCount) { [liveStaging] address in
      let address = UnsafeMutableRawPointer(bitPattern: address)
      address?.initializeMemory(as: UInt8.self, repeating: 0xDB, count: byteCount)
      address?.deallocate()
      liveStaging.withLock { $0 -= 1 }
    }
  }

  func allocateBuffer(_ byteCount: Int) throws(DeviceError) -> Buffer {
    let number = counts.withLock { counts in
      counts.buffers += 1
      return counts.buffers - 1
    }
    if number == faults.allocationThrows { throw failure(.outOfMemory) }
    return Buffer(byteCount: byteCount, live: liveBuffers)
  }

  func copy(
    _ staging: borrowing StagingBuffer, byteCount: Int, to buffer: Buffer
  ) throws(DeviceError) -> Event {
    let number = counts.notifying { counts in
      counts.copies += 1
      return counts.copies - 1
    }
    if number == faults.copyThrows { throw failure(.copyFailed) }
    let event = Event()
    let source = UInt(bitPattern: staging.address)
    queues[0].append { [self] in
      // A queue that hangs does nothing that comes later either.
      if number >= faults.copyHangs ?? .max { return }
      // Whoever reads before the end sees this.
      buffer.address.initializeMemory(as: UInt8.self, repeating: 0xDB, count: buffer.byteCount)
      pause(delay)
      guard number != faults.copyFails, let source = UnsafeRawPointer(bitPattern: source) else {
        return event.happen(failure(.copyFailed))
      }
      buffer.address.copyMemory(from: source, byteCount: byteCount)
      event.happen(nil)
    }
    return event
  }

  func notify(after event: Event, _ body: @escaping @Sendable (DeviceError?) -> Void) {
    let happened: DeviceError?? = event.outcome.withLock { outcome in
      if outcome == nil { event.callbacks.withLock { $0.append(body) } }
      return outcome
    }
    if let happened { body(happened) }
  }

  func record(on queue: DeviceQueue) throws(DeviceError) -> Event {
    let event = Event()
    queues[Int(queue.handle)].append { event.happen(nil) }
    return event
  }

  func enqueueWait(_ event: Event, on queue: DeviceQueue) throws(DeviceError) {
    queues[Int(queue.handle)].append {
      _ = try? event.outcome.wait(until: .after(.seconds(20)), charging: StallCause("an event")) { $0 }
    }
  }

  func read(_ range: Range<Int>, of buffer: Buffer) throws(DeviceError) -> [UInt8] {
    let event = try record(on: copyQueue)
    _ = try? event.outcome.wait(until: .after(.seconds(20)), charging: StallCause("copies")) { $0 }
    return buffer.elements(range, as: UInt8.self)
  }

  /// Puts work on the second queue.
  func work(_ body: @escaping @Sendable () -> Void) { queues[1].append(body) }
  let workQueue = DeviceQueue(handle: 1)

  private func failure(_ code: DeviceError.Code) -> DeviceError {
    DeviceError(code, device: name, expected: "luck", found: "a scripted fault", remedy: "none")
  }
}

/// Waits without a condition: a wait that nothing ends.
func pause(_ duration: Duration) {
  guard duration > .zero else { return }
  try? Monitor(()).wait(until: .after(duration), charging: StallCause("a pause")) { _ -> Void? in nil }
}
