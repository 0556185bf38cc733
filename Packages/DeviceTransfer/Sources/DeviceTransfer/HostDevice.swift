public import ColumnarBatch
import SystemLibC

/// The host as a device: batches stay in the memory that they were assembled in, nothing is copied.
///
/// For programs that are written for a device and run where there is none.
public final class HostDevice: Device {
  /// Memory of the host.
  ///
  /// Safe because it is written only by `copy`, before the batch in it is delivered, or by nobody: a shared batch
  /// keeps its buffer from being used again as long as `owner` lives.
  public final class Buffer: @unchecked Sendable {
    let address: UnsafeMutableRawPointer
    public let byteCount: Int
    private let owner: (any AnyObject & Sendable)?

    init(address: UnsafeMutableRawPointer, byteCount: Int, owner: (any AnyObject & Sendable)? = nil) {
      self.address = address
      self.byteCount = byteCount
      self.owner = owner
    }

    deinit { if owner == nil { free(address) } }
  }

  /// Everything on this device has happened when its call returns.
  public struct Event: Sendable, Hashable {}

  public let name = "host"
  public let copyQueue = DeviceQueue(handle: 0)
  public let sharesHostMemory = true

  public init() {}

  public func share(_ memory: BufferMemory, keeping owner: any AnyObject & Sendable) -> Buffer {
    Buffer(address: memory.address, byteCount: memory.byteCount, owner: owner)
  }

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
    buffer.address.copyMemory(from: staging.address, byteCount: byteCount)
    return Event()
  }

  public func notify(after event: Event, _ body: @escaping @Sendable (DeviceError?) -> Void) { body(nil) }

  public func record(on queue: DeviceQueue) throws(DeviceError) -> Event {
    try check(queue)
    return Event()
  }

  public func enqueueWait(_ event: Event, on queue: DeviceQueue) throws(DeviceError) { try check(queue) }

  public func read(_ range: Range<Int>, of buffer: Buffer) throws(DeviceError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= buffer.byteCount else {
      throw DeviceError(
        .copyFailed, device: name, expected: "bytes in 0..<\(buffer.byteCount)", found: "\(range)",
        remedy: "read within the buffer")
    }
    return [UInt8](UnsafeRawBufferPointer(start: buffer.address + range.lowerBound, count: range.count))
  }

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
