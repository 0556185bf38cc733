public import ColumnarBatch

/// A place that batches are brought to: memory of its own, or the host's, seen by the device.
///
/// Copies run in order on one queue of the device, started from one thread. All else may be called from any
/// thread. A device that shares the host's memory says so by ``sharesHostMemory``: then nothing is copied.
public protocol Device: Sendable {
  /// A piece of the device's memory. It is freed when the last reference goes.
  associatedtype Buffer: Sendable
  /// A point in the order of a queue that can be waited for.
  associatedtype Event: Sendable

  /// For messages: `cuda:0`.
  var name: String { get }
  /// The queue that ``copy(_:byteCount:to:)`` uses.
  var copyQueue: DeviceQueue { get }

  /// Host memory that the device reads at full speed, aligned to 256 bytes or more. Rare: at the start and on
  /// growth.
  func allocateStaging(_ byteCount: Int) throws(DeviceError) -> StagingBuffer

  /// Memory of the device. Rare: at the start and on growth.
  func allocateBuffer(_ byteCount: Int) throws(DeviceError) -> Buffer

  /// Starts a copy of the first `byteCount` bytes; returns the event that ends it, without waiting for it.
  ///
  /// The caller leaves `staging` and `buffer` alone, and alive, until ``notify(after:_:)`` has called back.
  func copy(_ staging: borrowing StagingBuffer, byteCount: Int, to buffer: Buffer) throws(DeviceError)
    -> Event

  /// Calls `body` exactly once, after the event: with nil, or with the error that kept it from happening.
  ///
  /// On any thread, also at once on the caller's. `body` does not block; what it lets go of may free memory of
  /// the device, so it is not called where the driver forbids that.
  func notify(after event: Event, _ body: @escaping @Sendable (DeviceError?) -> Void)

  /// An event after all that is on `queue` so far.
  func record(on queue: DeviceQueue) throws(DeviceError) -> Event

  /// Lets what comes after on `queue` begin only once the event has happened. Does not block the caller.
  func enqueueWait(_ event: Event, on queue: DeviceQueue) throws(DeviceError)

  /// Copies bytes of a buffer back, after all that is on the copy queue so far. Blocks: for checks and small
  /// results.
  func read(_ range: Range<Int>, of buffer: Buffer) throws(DeviceError) -> [UInt8]

  /// Whether the device works on the host's memory: batches stay where they were assembled.
  var sharesHostMemory: Bool { get }

  /// The device's view of host memory, without a copy; it keeps `owner`. Asked of devices that share memory.
  func share(_ memory: BufferMemory, keeping owner: any AnyObject & Sendable) throws(DeviceError) -> Buffer
}

extension Device {
  public var sharesHostMemory: Bool { false }

  public func share(_ memory: BufferMemory, keeping owner: any AnyObject & Sendable) throws(DeviceError) -> Buffer {
    throw DeviceError(
      .unavailable, device: name, expected: "a device that works on the host's memory",
      found: "one with memory of its own", remedy: "copy to a buffer of allocateBuffer")
  }
}

/// A queue of work of a device, by the number its driver gives: a CUDA stream's address.
public struct DeviceQueue: Sendable, Hashable {
  public let handle: UInt
  public init(handle: UInt) { self.handle = handle }
}
