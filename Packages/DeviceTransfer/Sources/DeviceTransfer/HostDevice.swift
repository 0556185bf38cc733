import SystemLibC
import Threading

/// The host's own memory as a device: copies run on a thread of its own, in order.
///
/// For programs that are written for a device and run where there is none, and to overlap copying with work.
public final class HostDevice: Device {
  /// Memory of this device.
  ///
  /// Safe because the copy thread writes it only while no consumer has the batch, and consumers only read it.
  public final class Buffer: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
    public let byteCount: Int

    init(address: UnsafeMutableRawPointer, byteCount: Int) {
      self.address = address
      self.byteCount = byteCount
    }

    deinit { free(address) }
  }

  /// The number of a job in the order of the queue.
  public struct Event: Sendable, Hashable {
    let number: Int
  }

  private enum Job: Sendable {
    /// Safe because the caller of `copy` keeps both alive, and leaves them alone, until it is notified.
    struct Copy: @unchecked Sendable {
      let source: UnsafeRawPointer
      let target: Buffer
      let byteCount: Int
    }
    case copy(Copy)
    case mark
  }

  private struct State: Sendable {
    var jobs: [Job] = []
    var firstNumber = 0
    var callbacks: [Int: [@Sendable (DeviceError?) -> Void]] = [:]
    var isClosed = false
  }

  /// Shared with the thread, which must not keep the device alive.
  private final class Queue: Sendable {
    let state = Monitor(State())

    func append(_ job: Job) -> Event {
      state.notifying { state in
        state.jobs.append(job)
        return Event(number: state.firstNumber + state.jobs.count - 1)
      }
    }

    func run() {
      while let job =
        (try? state.wait(until: .never, charging: StallCause("a copy to do")) { state -> Job?? in
          if let job = state.jobs.first { return .some(job) }
          return state.isClosed ? .some(nil) : nil
        }) ?? nil
      {
        if case .copy(let copy) = job {
          copy.target.address.copyMemory(from: copy.source, byteCount: copy.byteCount)
        }
        let callbacks = state.notifying { state in
          state.jobs.removeFirst()
          state.firstNumber += 1
          return state.callbacks.removeValue(forKey: state.firstNumber - 1) ?? []
        }
        for callback in callbacks { callback(nil) }
      }
    }
  }

  public let name = "host"
  public let copyQueue = DeviceQueue(handle: 0)
  private let queue = Queue()

  public init() {
    NamedThread.start("host-device") { [queue] in queue.run() }.detach()
  }

  deinit { queue.state.notifying { $0.isClosed = true } }

  public func allocateStaging(_ byteCount: Int) throws(DeviceError) -> StagingBuffer {
    StagingBuffer(address: try allocate(byteCount), byteCount: byteCount) {
      free(UnsafeMutableRawPointer(bitPattern: $0))
    }
  }

  public func allocateBuffer(_ byteCount: Int) throws(DeviceError) -> Buffer {
    Buffer(address: try allocate(byteCount), byteCount: byteCount)
  }

  public func copy(
    _ staging: borrowing StagingBuffer, byteCount: Int, to buffer: Buffer
  ) throws(DeviceError) -> Event {
    guard byteCount >= 0, byteCount <= staging.byteCount, byteCount <= buffer.byteCount else {
      throw DeviceError(
        .copyFailed, device: name,
        expected: "at most \(min(staging.byteCount, buffer.byteCount)) bytes to copy",
        found: "\(byteCount)", remedy: "allocate larger buffers")
    }
    return queue.append(
      .copy(.init(source: UnsafeRawPointer(staging.address), target: buffer, byteCount: byteCount)))
  }

  public func notify(after event: Event, _ body: @escaping @Sendable (DeviceError?) -> Void) {
    let hasHappened = queue.state.withLock { state in
      if event.number < state.firstNumber { return true }
      state.callbacks[event.number, default: []].append(body)
      return false
    }
    if hasHappened { body(nil) }
  }

  public func record(on queue: DeviceQueue) throws(DeviceError) -> Event {
    try check(queue)
    return self.queue.append(.mark)
  }

  /// Nothing to do: there is one queue, and every event of it comes before what is put on it later.
  public func enqueueWait(_ event: Event, on queue: DeviceQueue) throws(DeviceError) { try check(queue) }

  private func check(_ queue: DeviceQueue) throws(DeviceError) {
    guard queue == copyQueue else {
      throw DeviceError(
        .unknownQueue, device: name, expected: "queue 0", found: "queue \(queue.handle)",
        remedy: "use copyQueue")
    }
  }

  private func allocate(_ byteCount: Int) throws(DeviceError) -> UnsafeMutableRawPointer {
    var address: UnsafeMutableRawPointer?
    guard posix_memalign(&address, 4096, max(byteCount, 1)) == 0, let address else {
      throw DeviceError(
        .outOfMemory, device: name, expected: "\(byteCount) bytes of memory", found: "none",
        remedy: "lower the batch size or the number of batches in flight")
    }
    return address
  }
}
