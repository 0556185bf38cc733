import ColumnarBatch
import DeviceTransfer
import Testing
import Threading

@Suite("The end of a transfer")
struct ShutdownTests {
  /// Waits until nothing of the device is alive.
  func expectAllFreed(_ device: SimulatedDevice) throws {
    for live in [device.liveBuffers, device.liveStaging] {
      for _ in 0..<2000 where live.withLock({ $0 }) > 0 { pause(.milliseconds(1)) }
      #expect(live.withLock { $0 } == 0)
    }
  }

  @Test("leaving the loop ends thread and source and frees all memory", arguments: [0, 1, 5], [true, false])
  func leave(after count: Int, takesAllocator: Bool) async throws {
    let device = SimulatedDevice(delay: .milliseconds(1))
    let source = try NumberedSource(count: 1000, takesAllocator: takesAllocator)
    var number = 0
    for try await _ in source.transfer(to: device, inFlight: 3) {
      number += 1
      if number > count { break }
    }
    try expectAllFreed(device)
  }

  @Test("reading to the end frees all memory once the last batch is dropped")
  func toTheEnd() async throws {
    let device = SimulatedDevice()
    var last: DeviceBatch<SimulatedDevice>?
    for try await batch in try NumberedSource(count: 12).transfer(to: device) { last = batch }
    if let last { try check(last, number: 11) }
    last = nil
    try expectAllFreed(device)
  }

  @Test("a cancelled task gets an error within a second, with a device that does not answer")
  func cancel() async throws {
    let device = SimulatedDevice(faults: .init(copyHangs: 1))
    let source = try NumberedSource(count: 100)
    let first = Monitor(false)
    let task = Task { () -> DeviceError.Code? in
      do {
        for try await _ in source.transfer(to: device) { first.notifying { $0 = true } }
        return nil
      } catch {
        return (error as? DeviceError)?.code
      }
    }
    try await first.waitAsync(until: .after(.seconds(20)), charging: StallCause("a batch")) { $0 ? () : nil }
    let start = ContinuousClock.now
    task.cancel()
    #expect(await task.value == .cancelled)
    #expect(start.duration(to: .now) < .seconds(1))
  }

  @Test("closing from another thread ends a blocked consumer, and the thread is gone")
  func closeFromOutside() throws {
    let device = SimulatedDevice(faults: .init(copyHangs: 0))
    let loader = try NumberedSource(count: 100).transfer(to: device)
    let thread = NamedThread.start("closer") { loader.close() }
    #expect(try loader.nextBlocking() == nil)
    thread.join()
    try loader.closeAndWait(until: .after(.seconds(10)))
  }
}
