import ColumnarBatch
import CUDATransfer
import DeviceTransfer
import Testing
import Threading

/// Each call of the driver fails once: the error tells which and why, and the rest is given back.
@Suite("Failing calls of the driver", .serialized)
struct FaultTests {
  /// Calls that give something back, or whose failure means "not there".
  static let quiet: Set<String> = [
    "cuMemFreeHost", "cuMemHostUnregister", "cuMemFree", "cuMemFreeAsync", "cuStreamDestroy", "cuEventDestroy",
    "cuDevicePrimaryCtxRelease",
  ]

  /// A device is opened and a few batches, each larger than the last, go to it and through work on another stream.
  func run(_ fake: FakeDriver) -> (driver: CUDADriver?, error: DeviceError?) {
    var driver: CUDADriver?
    do {
      let opened = try fake.driver()
      driver = opened
      try transfer(fake, opened)
      return (driver, nil)
    } catch let error as DeviceError {
      return (driver, error)
    } catch {
      Issue.record("an error of another type: \(error)")
      return (driver, nil)
    }
  }

  private func transfer(_ fake: FakeDriver, _ driver: CUDADriver) throws {
    let device = try CUDADevice(0, of: driver)
    let framework = try CUDADevice(0, of: driver)
    let source = try RandomSource(count: 8, largest: 300)
    let loader = source.transfer(to: device, inFlight: 2, delivery: .whenStarted, copyTimeout: .seconds(10))
    do {
      try consume(fake, loader, source, framework)
      try loader.closeAndWait(until: .after(.seconds(10)))
    } catch {
      try loader.closeAndWait(until: .after(.seconds(10)))
      throw error
    }
  }

  private func consume(
    _ fake: FakeDriver, _ loader: DeviceLoader<RandomSource, CUDADevice>, _ source: RandomSource,
    _ framework: CUDADevice
  ) throws {
    while let batch = try loader.nextBlocking() {
      try batch.wait(on: framework.copyQueue)
      let words = try batch.column("words")
      if batch.number % 3 == 0 {
        while try batch.event?.hasHappened() == false { pause(.microseconds(100)) }
        #expect(try words.read() == source.words(batch.number))
      }
      try batch.finishUse(on: framework.copyQueue)
    }
  }

  /// The driver's error below those of the transfer and the source.
  func root(_ error: DeviceError) -> DeviceError {
    if let cause = error.cause as? DeviceError { return root(cause) }
    if let cause = (error.cause as? BatchError)?.cause as? DeviceError { return root(cause) }
    return error
  }

  @Test("every call site gives the driver's name and text, and a clean end", arguments: [true, false])
  func everyCall(pools: Bool) throws {
    let reference = try FakeDriver(pools: pools, copyMicroseconds: 100)
    #expect(run(reference).error == nil)
    try reference.expectClean()
    let names = try reference.called()
    #expect(names.count >= 22)
    var runCount = 0
    for name in names {
      let count = try reference.calls(name)
      for number in Set([0, 1, count - 1]) where number < count {
        try fails(name, number, pools)
        runCount += 1
      }
    }
    print("\(names.count) functions, \(runCount) failing calls")
  }

  private func fails(_ name: String, _ number: Int, _ pools: Bool) throws {
    let fake = try FakeDriver(pools: pools, copyMicroseconds: 100)
    try fake.fail(name, at: number)
    let (driver, error) = run(fake)
    let what = "\(name), call \(number)"
    // The object whose end was refused stays, and the context is released with it.
    let allowed = Self.quiet.contains(name) ? 1 : 0
    let left = try fake.left(atMost: allowed)
    #expect(left.count <= allowed, "\(what) left \(left.text)")
    if let error {
      let root = root(error)
      #expect(root.found.hasPrefix("CUDA_ERROR_UNKNOWN (unknown error)"), "\(what): \(error)")
      #expect(root.expected.contains(name), "\(what): \(error)")
    } else if name != "cuDeviceGetAttribute", name != "cuMemHostAlloc" {
      // What has nobody to be thrown to is told by the driver's list, once the last references are gone.
      var isTold = false
      for _ in 0..<5000 {
        isTold = driver?.releaseFailures.contains { $0.expected == "\(name) to succeed" } ?? false
        if try isTold || fake.left(atMost: .max).count == 0 { break }
        pause(.milliseconds(1))
      }
      #expect(try isTold || fake.calls(name) <= number, "\(what): not told")
    }
    let violations = try fake.violations.split(separator: "\n").filter {
      allowed == 0 || !$0.hasPrefix("a context released with 1 objects")
    }
    #expect(violations.isEmpty, "\(what): \(violations)")
  }

  @Test("a copy that breaks the context is told at its batch", arguments: [0, 3, 7])
  func breaks(at number: Int) throws {
    let fake = try FakeDriver(copyMicroseconds: 100)
    try fake.fail("copy", at: number)
    let (_, error) = run(fake)
    let failure = try #require(error)
    #expect(failure.code == .copyFailed && failure.found.contains("CUDA_ERROR_LAUNCH_FAILED"))
    try fake.expectClean()
  }

  @Test("memory that cannot be allocated page-locked is locked afterwards; if not that either, both are told")
  func staging() throws {
    let fake = try FakeDriver()
    let device = try CUDADevice(0, of: try fake.driver())
    try fake.fail("cuMemHostAlloc", at: 0, code: 801)
    _ = try device.allocateStaging(10_000)
    #expect(try fake.calls("cuMemHostRegister") == 1 && fake.calls("cuMemHostUnregister") == 1)
    try fake.fail("cuMemHostAlloc", at: 1, code: 2)
    try fake.fail("cuMemHostRegister", at: 1, code: 2)
    do throws(DeviceError) {
      _ = try device.allocateStaging(10_000)
      Issue.record("no error")
    } catch {
      #expect(error.code == .outOfMemory && error.expected.contains("cuMemHostAlloc"))
      #expect(error.expected.contains("cuMemHostRegister"))
    }
    try fake.fail("cuMemAllocAsync", at: 0, code: 2)
    #expect(throws: DeviceError.self) { _ = try device.allocateBuffer(10) }
    #expect(try fake.violations == "")
  }
}
