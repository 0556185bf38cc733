import CUDATransfer
import DeviceTransfer
import Foundation
import Testing
import Threading

@Suite("A CUDA device")
struct CUDADeviceTests {
  @Test("functions are found as every driver offers them", arguments: FakeDriver.Lookup.allCases)
  func lookup(_ lookup: FakeDriver.Lookup) throws {
    let fake = try FakeDriver(lookup)
    try use(fake)
    try fake.expectClean()
  }

  private func use(_ fake: FakeDriver) throws {
    let driver = try fake.driver()
    #expect(driver.version == 12040 && driver.deviceCount == 1)
    let device = try CUDADevice(0, of: driver)
    #expect(device.name == "cuda:0" && device.modelName == "Fake Device 0" && device.numaNode == 0)
    // snippet: CUDATransfer
    let staging = try device.allocateStaging(4096)
    let buffer = try device.allocateBuffer(4096)
    staging.address.initializeMemory(as: UInt8.self, repeating: 7, count: 4096)
    let copied = try device.copy(staging, byteCount: 4096, to: buffer)
    try device.enqueueWait(copied, on: device.copyQueue)
    let bytes = try device.read(100..<104, of: buffer)  // [7, 7, 7, 7]
    // end snippet
    #expect(bytes == [7, 7, 7, 7])
    #expect(try copied.hasHappened())
    #expect(throws: DeviceError.self) { _ = try device.copy(staging, byteCount: 4097, to: buffer) }
    #expect(throws: DeviceError.self) { _ = try device.read(4000..<4097, of: buffer) }
    #expect(throws: DeviceError.self) { _ = try device.record(on: DeviceQueue(handle: 0)) }
  }

  @Test("no driver and no device are told, and the host serves")
  func unavailable() throws {
    do throws(DeviceError) {
      _ = try CUDADriver(path: "libcuda-that-is-not-there.so.1")
      Issue.record("no error")
    } catch {
      #expect(error.code == .unavailable && error.found.contains("libcuda-that-is-not-there.so.1"))
      let chosen = try DeviceChoice.auto.open(driver: .failure(error))
      #expect(chosen.description.hasPrefix("host (no driver: libcuda-that-is-not-there.so.1"))
      #expect(throws: DeviceError.self) { _ = try DeviceChoice.cuda(nil).open(driver: .failure(error)) }
    }
    let empty = try FakeDriver(devices: 0)
    do throws(DeviceError) {
      _ = try CUDADriver(path: empty.path)
      Issue.record("no error")
    } catch {
      #expect(error.code == .unavailable && error.found.contains("no device"))
    }
    // This machine's own driver, if there is one: both answers are one.
    #expect(CUDADevice.isAvailable == (CUDADevice.unavailableReason == nil))
  }

  @Test("the device is that of the local rank, or the only one that is visible")
  func local() throws {
    let two = try FakeDriver(devices: 2).driver()
    #expect(try CUDADevice.local(rank: 1, driver: two).ordinal == 1)
    #expect(throws: DeviceError.self) { _ = try CUDADevice.local(rank: 2, driver: two) }
    #expect(try CUDADevice.local(rank: 5, driver: try FakeDriver().driver()).ordinal == 0)
    let chosen = try DeviceChoice.cuda(1).open(driver: .success(two))
    #expect(chosen.description == "cuda:1, Fake Device 1 (it was asked for)")
    let auto = try DeviceChoice.auto.open(driver: .success(two))
    #expect(auto.description.hasPrefix("cuda:0, Fake Device 0 (the driver shows"))
  }

  @Test("names of devices", arguments: ["auto", "host", "cuda", "cuda:3", "cuda:", "cuda:-1", "gpu", ""])
  func names(_ name: String) {
    let expected: [String: DeviceChoice] = ["auto": .auto, "host": .host, "cuda": .cuda(nil), "cuda:3": .cuda(3)]
    #expect(DeviceChoice(name) == expected[name])
    #expect(DeviceChoice(name).map { $0.name == name } ?? true)
  }

  @Test("the context that was current to a thread is current again")
  func keepsContext() throws {
    let fake = try FakeDriver(devices: 2)
    let driver = try fake.driver()
    // In turn on one thread: each call needs its own device's context.
    let devices = [try CUDADevice(0, of: driver), try CUDADevice(1, of: driver)]
    for _ in 0..<3 {
      for device in devices {
        let buffer = try device.allocateBuffer(64)
        #expect(try device.read(0..<0, of: buffer).isEmpty)
        _ = try device.record(on: device.copyQueue)
      }
    }
    #expect(throws: DeviceError.self) { _ = try devices[0].record(on: devices[1].copyQueue) }
    #expect(try fake.violations.contains("another context's stream"))
  }
}
