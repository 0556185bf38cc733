import DeviceTransfer
import Synchronization

/// A device's primary context, the one that frameworks use too, and the stream that copies run on.
///
/// Buffers, events and staging memory keep it, so that it goes last.
///
/// Safe because a context, a stream and an event are opaque addresses to us, handed to the driver alone, whose functions
/// may be called from any thread.
final class CUDAContext: @unchecked Sendable {
  let driver: CUDADriver
  let name: String
  /// Whether memory is allocated and freed in the stream's order.
  let isStreamOrdered: Bool
  let stream: UnsafeMutableRawPointer
  private let device: Int32
  private let handle: UnsafeMutableRawPointer?
  private let freeEvents = Mutex<[UInt]>([])

  init(_ driver: CUDADriver, device: Int32, name: String) throws(DeviceError) {
    self.driver = driver
    self.device = device
    self.name = name
    let symbols = driver.symbols
    var pools: Int32 = 0
    // CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED; a driver that does not know it has none.
    isStreamOrdered =
      symbols.memoryAllocateAsync != nil && symbols.memoryFreeAsync != nil
      && symbols.deviceGetAttribute(&pools, 115, device) == 0 && pools != 0
    var handle: UnsafeMutableRawPointer?
    try driver.check(symbols.primaryContextRetain(&handle, device), "cuDevicePrimaryCtxRetain", device: name)
    do throws(DeviceError) {
      let stream = try Self.withCurrent(handle, driver, name) { () throws(DeviceError) in
        var stream: UnsafeMutableRawPointer?
        // CU_STREAM_NON_BLOCKING: work on the default stream does not hold up copies.
        try driver.check(symbols.streamCreate(&stream, 1), "cuStreamCreate", device: name)
        return stream
      }
      guard let stream else { throw Self.noAddress("cuStreamCreate", name) }
      self.handle = handle
      self.stream = stream
    } catch {
      driver.released(symbols.primaryContextRelease(device), "cuDevicePrimaryCtxRelease", device: name)
      throw error
    }
  }

  deinit {
    let symbols = driver.symbols
    releasing {
      for event in freeEvents.withLock({ $0 }) {
        guard let event = UnsafeMutableRawPointer(bitPattern: event) else { continue }
        driver.released(symbols.eventDestroy(event), "cuEventDestroy", device: name)
      }
      driver.released(symbols.streamDestroy(stream), "cuStreamDestroy", device: name)
    }
    driver.released(symbols.primaryContextRelease(device), "cuDevicePrimaryCtxRelease", device: name)
  }

  /// Runs `body` with this context current to the calling thread, which gets back the one that it had.
  func withCurrent<R>(_ body: () throws(DeviceError) -> R) throws(DeviceError) -> R {
    try Self.withCurrent(handle, driver, name, body)
  }

  private static func withCurrent<R>(
    _ handle: UnsafeMutableRawPointer?, _ driver: CUDADriver, _ name: String, _ body: () throws(DeviceError) -> R
  ) throws(DeviceError) -> R {
    var before: UnsafeMutableRawPointer?
    try driver.check(driver.symbols.contextGetCurrent(&before), "cuCtxGetCurrent", device: name)
    if before == handle { return try body() }
    try driver.check(driver.symbols.contextSetCurrent(handle), "cuCtxSetCurrent", device: name)
    defer { driver.released(driver.symbols.contextSetCurrent(before), "cuCtxSetCurrent", device: name) }
    return try body()
  }

  /// The same for what gives something back: it is called in any case.
  func releasing(_ body: () -> Void) {
    var before: UnsafeMutableRawPointer?
    let symbols = driver.symbols
    let isKnown = driver.released(symbols.contextGetCurrent(&before), "cuCtxGetCurrent", device: name)
    if isKnown, before == handle { return body() }
    // A second attempt: without the context nothing at all can be given back.
    if !driver.released(symbols.contextSetCurrent(handle), "cuCtxSetCurrent", device: name) {
      driver.released(symbols.contextSetCurrent(handle), "cuCtxSetCurrent", device: name)
    }
    body()
    if isKnown { driver.released(symbols.contextSetCurrent(before), "cuCtxSetCurrent", device: name) }
  }

  /// An event that nothing refers to.
  func takeEvent() throws(DeviceError) -> UnsafeMutableRawPointer {
    let free = freeEvents.withLock { $0.popLast() }
    if let event = free.flatMap({ UnsafeMutableRawPointer(bitPattern: $0) }) { return event }
    var event: UnsafeMutableRawPointer?
    // CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING: a thread that waits sleeps.
    try driver.check(driver.symbols.eventCreate(&event, 3), "cuEventCreate", device: name)
    guard let event else { throw Self.noAddress("cuEventCreate", name) }
    return event
  }

  /// Waits that are queued already keep what they saw when they were queued, so it can be recorded anew.
  func giveBack(event: UnsafeMutableRawPointer) {
    freeEvents.withLock { $0.append(UInt(bitPattern: event)) }
  }

  static func noAddress(_ call: StaticString, _ device: String) -> DeviceError {
    DeviceError(
      .unavailable, device: device, expected: "\(call) to give an address", found: "none",
      remedy: "report this with the driver's version")
  }
}
