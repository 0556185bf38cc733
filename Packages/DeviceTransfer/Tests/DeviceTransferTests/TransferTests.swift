import ColumnarBatch
import DeviceTransfer
import Testing
import Threading

@Suite("Transfer to a device")
struct TransferTests {
  @Test(
    "all batches arrive whole and in order, from its staging memory and from other memory",
    arguments: [1, 2, 4], [true, false])
  func inOrder(inFlight: Int, takesAllocator: Bool) async throws {
    let device = SimulatedDevice(delay: .microseconds(300))
    let source = try NumberedSource(count: 40, takesAllocator: takesAllocator)
    var number = 0
    for try await batch in source.transfer(to: device, inFlight: inFlight) {
      try check(batch, number: number)
      number += 1
    }
    #expect(number == 40)
  }

  @Test("a consumer that starts early waits on its own queue; the memory is kept until its work is done")
  func whenStarted() async throws {
    let device = SimulatedDevice(delay: .microseconds(500))
    let seen = Monitor<[[Int64]]>([])
    let source = try NumberedSource(count: 30)
    for try await batch in source.transfer(to: device, inFlight: 3, delivery: .whenStarted) {
      try batch.wait(on: device.workQueue)
      let buffer = batch.buffer
      let range = try batch.column("label").range
      device.work {
        pause(.milliseconds(1))
        let labels = buffer.elements(range, as: Int64.self)
        seen.notifying { $0.append(labels) }
      }
      try batch.finishUse(on: device.workQueue)
    }
    let all = try seen.wait(until: .after(.seconds(20)), charging: StallCause("the work")) {
      $0.count == 30 ? $0 : nil
    }
    for number in 0..<30 {
      #expect(all[number] == (0..<NumberedSource.rows(number)).map { Int64(number * 1000 + $0) })
    }
  }

  @Test(
    "never more batches on the device than asked for, and the next one waits for the consumer",
    arguments: [1, 2, 3])
  func bounded(inFlight: Int) throws {
    let device = SimulatedDevice()
    let loader = try NumberedSource(count: 10).transfer(to: device, inFlight: inFlight)
    var held: [DeviceBatch<SimulatedDevice>] = []
    for number in 0..<inFlight {
      let batch = try #require(try loader.nextBlocking())
      try check(batch, number: number)
      held.append(batch)
    }
    #expect(device.liveBuffers.withLock { $0 } <= inFlight)
    held.removeFirst()
    try check(try #require(try loader.nextBlocking()), number: inFlight)
    for (number, batch) in held.enumerated() { try check(batch, number: number + 1) }
    #expect(device.liveBuffers.withLock { $0 } <= inFlight)
  }

  /// Reads until the end or the error; returns how many came and the error.
  func drain<Source>(_ loader: DeviceLoader<Source, SimulatedDevice>) throws -> (
    count: Int, error: DeviceError?
  ) {
    var number = 0
    do throws(DeviceError) {
      while let batch = try loader.nextBlocking() {
        #expect(batch.number == number)
        number += 1
      }
      return (number, nil)
    } catch {
      return (number, error)
    }
  }

  @Test(
    "an error of the source comes after the batches before it, and again when asked again", arguments: 0..<8)
  func sourceFails(at failing: Int) throws {
    let loader = try NumberedSource(count: 20, failsAt: failing)
      .transfer(to: SimulatedDevice(delay: .microseconds(200)), inFlight: 2)
    for attempt in 0..<2 {
      let (count, error) = try drain(loader)
      #expect(count == (attempt == 0 ? failing : 0))
      #expect(error?.code == .sourceFailed && error?.cause is SourceFault)
    }
  }

  @Test("a copy that fails ends the transfer at its batch", arguments: 0..<8, [true, false])
  func copyFails(at failing: Int, later: Bool) throws {
    let faults = later ? SimulatedDevice.Faults(copyFails: failing) : .init(copyThrows: failing)
    let device = SimulatedDevice(delay: .microseconds(200), faults: faults)
    let loader = try NumberedSource(count: 20).transfer(to: device, inFlight: 3)
    let (count, error) = try drain(loader)
    #expect(count == failing)
    #expect(error?.code == .copyFailed && error?.batch == failing)
  }

  @Test("memory that the device refuses ends the transfer at its batch", arguments: 0..<3, [true, false])
  func outOfMemory(at failing: Int, staging: Bool) throws {
    // No copy ends and every batch is held, so each takes memory of its own.
    var faults = SimulatedDevice.Faults(copyHangs: 0)
    if staging { faults.stagingThrows = failing } else { faults.allocationThrows = failing }
    let device = SimulatedDevice(faults: faults)
    let loader = try NumberedSource(count: 200).transfer(to: device, inFlight: 5, delivery: .whenStarted)
    var held: [DeviceBatch<SimulatedDevice>] = []
    do throws(DeviceError) {
      while let batch = try loader.nextBlocking() { held.append(batch) }
      Issue.record("no error")
    } catch {
      // Staging memory is asked for by the source, whose error carries the device's.
      #expect(error.code == (staging ? .sourceFailed : .outOfMemory))
      if staging { #expect(((error.cause as? BatchError)?.cause as? DeviceError)?.code == .outOfMemory) }
      #expect(held.count == failing)
    }
  }

  @Test("a copy that hangs is an error, not a hang")
  func hangs() throws {
    let device = SimulatedDevice(faults: .init(copyHangs: 2))
    let loader = try NumberedSource(count: 9).transfer(to: device, copyTimeout: .milliseconds(500))
    let (count, error) = try drain(loader)
    #expect(count == 2 && error?.code == .timedOut)
  }
}
