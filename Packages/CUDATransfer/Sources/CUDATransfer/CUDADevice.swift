public import DeviceTransfer

/// A device of NVIDIA's, by the driver that is found at run time.
///
/// It works in the device's primary context, so that streams, events and memory are those of every framework in the
/// process. Threads keep the context that was current to them.
public final class CUDADevice: Device {
  public typealias Buffer = CUDABuffer
  public typealias Event = CUDAEvent

  /// `cuda:0`
  public let name: String
  /// The number that the driver gives it in this process.
  public let ordinal: Int
  /// What the device is called: `NVIDIA H100 80GB HBM3`.
  public let modelName: String
  /// The NUMA node of the host that the device hangs on; nil where there is none or the driver does not tell.
  ///
  /// A process bound to it (`numactl --cpunodebind=N --membind=N`) assembles into memory that the device reads without
  /// crossing to another socket.
  public let numaNode: Int?
  public let copyQueue: DeviceQueue
  private let context: CUDAContext
  private let completions: CompletionThread<CUDAEvent>

  /// Opens a device by its number.
  /// - Throws: `DeviceError` `.unavailable`, or what the driver says.
  public init(_ ordinal: Int, of driver: CUDADriver) throws(DeviceError) {
    let name = "cuda:\(ordinal)"
    guard (0..<driver.deviceCount).contains(ordinal) else {
      throw DeviceError(
        .unavailable, device: name, expected: "a device in 0..<\(driver.deviceCount)", found: "\(ordinal)",
        remedy: "start as many processes as there are devices, or look at CUDA_VISIBLE_DEVICES")
    }
    var device: Int32 = 0
    try driver.check(driver.symbols.deviceGet(&device, Int32(ordinal)), "cuDeviceGet", device: name)
    var text = [CChar](repeating: 0, count: 256)
    try driver.check(driver.symbols.deviceGetName(&text, 255, device), "cuDeviceGetName", device: name)
    var node: Int32 = -1
    // CU_DEVICE_ATTRIBUTE_HOST_NUMA_ID; drivers before CUDA 12.2 do not know it.
    if driver.symbols.deviceGetAttribute(&node, 134, device) != 0 { node = -1 }
    context = try CUDAContext(driver, device: device, name: name)
    self.name = name
    self.ordinal = ordinal
    modelName = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    numaNode = node >= 0 ? Int(node) : nil
    copyQueue = DeviceQueue(handle: UInt(bitPattern: context.stream))
    // A callback of the driver's may not call the driver, and does not come once the context is broken.
    completions = CompletionThread("cuda-events") { $0.wait() }
  }

  public func allocateStaging(_ byteCount: Int) throws(DeviceError) -> StagingBuffer {
    try context.allocateStaging(byteCount)
  }

  public func allocateBuffer(_ byteCount: Int) throws(DeviceError) -> CUDABuffer {
    try CUDABuffer(byteCount, in: context)
  }

  public func copy(
    _ staging: borrowing StagingBuffer, byteCount: Int, to buffer: CUDABuffer
  ) throws(DeviceError) -> CUDAEvent {
    guard byteCount >= 0, byteCount <= staging.byteCount, byteCount <= buffer.byteCount else {
      throw DeviceError(
        .copyFailed, device: name, expected: "at most \(min(staging.byteCount, buffer.byteCount)) bytes to copy",
        found: "\(byteCount)", remedy: "allocate larger buffers")
    }
    let source = staging.address
    return try context.withCurrent { () throws(DeviceError) in
      if byteCount > 0 {
        try check(
          symbols.copyToDeviceAsync(buffer.address, source, byteCount, context.stream), "cuMemcpyHtoDAsync")
      }
      do throws(DeviceError) {
        return try CUDAEvent.record(on: context.stream, in: context)
      } catch {
        // No event tells when the copy ends, so it has to end before the caller lets go of what it uses.
        context.driver.released(symbols.streamSynchronize(context.stream), "cuStreamSynchronize", device: name)
        throw error
      }
    }
  }

  public func notify(after event: CUDAEvent, _ body: @escaping @Sendable (DeviceError?) -> Void) {
    completions.notify(after: event, body)
  }

  public func record(on queue: DeviceQueue) throws(DeviceError) -> CUDAEvent {
    let stream = try stream(of: queue)
    return try context.withCurrent { () throws(DeviceError) in try CUDAEvent.record(on: stream, in: context) }
  }

  public func enqueueWait(_ event: CUDAEvent, on queue: DeviceQueue) throws(DeviceError) {
    let stream = try stream(of: queue)
    try context.withCurrent { () throws(DeviceError) in
      try check(symbols.streamWaitEvent(stream, event.handle, 0), "cuStreamWaitEvent")
    }
  }

  public func read(_ range: Range<Int>, of buffer: CUDABuffer) throws(DeviceError) -> [UInt8] {
    guard range.lowerBound >= 0, range.upperBound <= buffer.byteCount else {
      throw DeviceError(
        .copyFailed, device: name, expected: "bytes in 0..<\(buffer.byteCount)", found: "\(range)",
        remedy: "read within the buffer")
    }
    guard !range.isEmpty else { return [] }
    var bytes = [UInt8](repeating: 0, count: range.count)
    try context.withCurrent { () throws(DeviceError) in
      // The copy stream does not wait for the default stream's copies, nor they for it.
      try check(symbols.streamSynchronize(context.stream), "cuStreamSynchronize")
      try check(symbols.copyToHost(&bytes, buffer.address + UInt64(range.lowerBound), range.count), "cuMemcpyDtoH")
    }
    return bytes
  }

  private var symbols: CUDASymbols { context.driver.symbols }

  private func check(_ result: Int32, _ call: StaticString) throws(DeviceError) {
    try context.driver.check(result, call, device: name)
  }

  /// The stream of a queue; a framework's current stream by its address.
  private func stream(of queue: DeviceQueue) throws(DeviceError) -> UnsafeMutableRawPointer {
    // Safe because the address is not followed here; the driver checks what it is given.
    guard let stream = UnsafeMutableRawPointer(bitPattern: queue.handle) else {
      throw DeviceError(
        .unknownQueue, device: name, expected: "a stream's address", found: "the default stream",
        remedy: "create a stream, or give CU_STREAM_PER_THREAD (2)")
    }
    return stream
  }
}
