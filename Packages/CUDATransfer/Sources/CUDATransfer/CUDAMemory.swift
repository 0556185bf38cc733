public import DeviceTransfer
import SystemLibC

/// Memory of a CUDA device. Freed in the order of the copy stream where the device can do that.
public final class CUDABuffer: Sendable {
  /// Where it lies on the device: what kernels get. Not to be read by the host.
  public let address: UInt64
  public let byteCount: Int
  let context: CUDAContext

  init(_ byteCount: Int, in context: CUDAContext) throws(DeviceError) {
    let size = max(byteCount, 1)
    address = try context.withCurrent { () throws(DeviceError) in
      var address: UInt64 = 0
      let symbols = context.driver.symbols
      if context.isStreamOrdered, let allocate = symbols.memoryAllocateAsync {
        try context.driver.check(allocate(&address, size, context.stream), "cuMemAllocAsync", device: context.name)
      } else {
        try context.driver.check(symbols.memoryAllocate(&address, size), "cuMemAlloc", device: context.name)
      }
      return address
    }
    self.byteCount = byteCount
    self.context = context
  }

  deinit {
    let symbols = context.driver.symbols
    context.releasing {
      if context.isStreamOrdered, let free = symbols.memoryFreeAsync {
        context.driver.released(free(address, context.stream), "cuMemFreeAsync", device: context.name)
      } else {
        context.driver.released(symbols.memoryFree(address), "cuMemFree", device: context.name)
      }
    }
  }
}

/// A point in the order of a stream. The driver's event is used again once nobody holds this.
///
/// Safe because the event is an opaque address to us, which only the driver looks behind.
public final class CUDAEvent: @unchecked Sendable {
  let handle: UnsafeMutableRawPointer
  let context: CUDAContext

  /// Records an event after all that is on `stream`. The context is current.
  static func record(
    on stream: UnsafeMutableRawPointer, in context: CUDAContext
  ) throws(DeviceError) -> CUDAEvent {
    let event = CUDAEvent(handle: try context.takeEvent(), context: context)
    try context.driver.check(
      context.driver.symbols.eventRecord(event.handle, stream), "cuEventRecord", device: context.name)
    return event
  }

  private init(handle: UnsafeMutableRawPointer, context: CUDAContext) {
    self.handle = handle
    self.context = context
  }

  deinit { context.giveBack(event: handle) }

  /// Whether it has happened. Does not block.
  public func hasHappened() throws(DeviceError) -> Bool {
    try context.withCurrent { () throws(DeviceError) in
      let result = context.driver.symbols.eventQuery(handle)
      // CUDA_ERROR_NOT_READY
      if result == 600 { return false }
      try context.driver.check(result, "cuEventQuery", device: context.name)
      return true
    }
  }

  /// Blocks until it has happened; returns the error that kept it from happening.
  func wait() -> DeviceError? {
    guard let error = synchronize() else { return nil }
    context.driver.keep(error)
    // A driver that refuses to wait may still copy. Only a broken context refuses twice, and in it nothing runs.
    _ = synchronize()
    return error
  }

  private func synchronize() -> DeviceError? {
    do throws(DeviceError) {
      try context.withCurrent { () throws(DeviceError) in
        try context.driver.check(
          context.driver.symbols.eventSynchronize(handle), "cuEventSynchronize", device: context.name)
      }
      return nil
    } catch {
      return error
    }
  }
}

extension CUDAContext {
  /// Page-locked host memory: allocated as such, or else ordinary memory whose pages are locked afterwards.
  func allocateStaging(_ byteCount: Int) throws(DeviceError) -> StagingBuffer {
    let size = max(byteCount, 1)
    let (address, isRegistered) = try withCurrent { () throws(DeviceError) in
      do throws(DeviceError) {
        return (try allocateLocked(size), false)
      } catch {
        return (try allocateRegistered(size, after: error), true)
      }
    }
    return StagingBuffer(address: address, byteCount: byteCount) { [self] address in
      if isRegistered { free(registered: address) } else { free(locked: address) }
    }
  }

  private func allocateLocked(_ size: Int) throws(DeviceError) -> UnsafeMutableRawPointer {
    var address: UnsafeMutableRawPointer?
    // CU_MEMHOSTALLOC_PORTABLE: page-locked for every context of the process.
    try driver.check(driver.symbols.hostAllocate(&address, size, 1), "cuMemHostAlloc", device: name)
    guard let address else { throw Self.noAddress("cuMemHostAlloc", name) }
    return address
  }

  private func allocateRegistered(
    _ size: Int, after first: DeviceError
  ) throws(DeviceError) -> UnsafeMutableRawPointer {
    var address: UnsafeMutableRawPointer?
    // Whole pages: pages are what is locked.
    let rounded = size.addingReportingOverflow(4095)
    guard !rounded.overflow, posix_memalign(&address, 4096, rounded.partialValue & ~4095) == 0, let address else {
      throw first
    }
    do throws(DeviceError) {
      // CU_MEMHOSTREGISTER_PORTABLE
      try driver.check(
        driver.symbols.hostRegister(address, rounded.partialValue & ~4095, 1), "cuMemHostRegister", device: name)
    } catch {
      SystemLibC.free(address)
      throw DeviceError(
        error.code, device: name, expected: first.expected + ", or cuMemHostRegister",
        found: "\(first.found), then \(error.found)",
        remedy: "raise `ulimit -l`, or lower the batch size or the number of batches in flight", cause: first)
    }
    return address
  }

  private func free(locked address: UInt) {
    guard let address = UnsafeMutableRawPointer(bitPattern: address) else { return }
    releasing { driver.released(driver.symbols.hostFree(address), "cuMemFreeHost", device: name) }
  }

  private func free(registered address: UInt) {
    guard let address = UnsafeMutableRawPointer(bitPattern: address) else { return }
    var isUnlocked = false
    releasing {
      isUnlocked = driver.released(driver.symbols.hostUnregister(address), "cuMemHostUnregister", device: name)
    }
    // Memory that the device may still read is not handed to anybody else.
    if isUnlocked { SystemLibC.free(address) }
  }
}
