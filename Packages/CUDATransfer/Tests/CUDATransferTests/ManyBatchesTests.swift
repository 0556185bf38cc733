import CUDATransfer
import DeviceTransfer
import Foundation
import Testing
import Threading

@Suite("Many batches to a CUDA device", .serialized)
struct ManyBatchesTests {
  /// 10,000 in all; each alone when asked for.
  static let count = ProcessInfo.processInfo.environment["STREAMING_LONG"] == nil ? 1_250 : 10_000

  enum Consumer: CaseIterable { case slower, faster }

  @Test(
    "all bytes are right, no rule of the driver is broken, nothing is left", arguments: 1...4, Consumer.allCases)
  func many(inFlight: Int, consumer: Consumer) throws {
    let fake = try FakeDriver(pools: inFlight % 2 == 0, copyMicroseconds: 20)
    try run(fake, inFlight, consumer)
    try fake.expectClean()
  }

  func run(_ fake: FakeDriver, _ inFlight: Int, _ consumer: Consumer) throws {
    let driver = try fake.driver()
    let device = try CUDADevice(0, of: driver)
    // A stream of a framework's, in the same context.
    let framework = try CUDADevice(0, of: driver)
    let source = try RandomSource(
      count: Self.count, largest: 100, loadTime: consumer == .faster ? .microseconds(400) : .zero)
    let loader = source.transfer(
      to: device, inFlight: inFlight, delivery: consumer == .faster ? .whenStarted : .whenCopied)
    let seen = UnsafeMutablePointer<UInt64>.allocate(capacity: Self.count)
    defer { seen.deallocate() }
    seen.initialize(repeating: 0, count: Self.count)
    var number = 0
    while let batch = try loader.nextBlocking() {
      #expect(batch.number == number && batch.rowCount == source.rows(number))
      let words = try batch.column("words")
      try batch.wait(on: framework.copyQueue)
      try fake.work(
        on: framework.copyQueue.handle, batch.buffer.address + UInt64(words.range.lowerBound), words.range.count,
        microseconds: consumer == .slower ? 50 : 1, seen + number)
      if number % 100 == 0 { #expect(try words.read() == source.words(number)) }
      try batch.finishUse(on: framework.copyQueue)
      number += 1
    }
    #expect(number == Self.count)
    // Waits for all that is on the stream.
    _ = try framework.read(0..<1, of: try framework.allocateBuffer(1))
    var wrong = 0
    for number in 0..<Self.count where try seen[number] != fake.digest(source.words(number)) { wrong += 1 }
    #expect(wrong == 0, "\(wrong) batches had other bytes on the device")
    #expect(driver.releaseFailures.isEmpty)
    #expect(loader.times.batchCount == Self.count && loader.times.copying > .zero)
    try loader.closeAndWait(until: .after(.seconds(10)))
  }

  @Test("leaving early, while copies run and work reads, gives everything back", arguments: [0, 1, 7], [true, false])
  func leaves(after count: Int, pools: Bool) throws {
    let fake = try FakeDriver(pools: pools, copyMicroseconds: 2000)
    try leave(fake, after: count)
    try fake.expectClean()
  }

  private func leave(_ fake: FakeDriver, after count: Int) throws {
    let driver = try fake.driver()
    let device = try CUDADevice(0, of: driver)
    let framework = try CUDADevice(0, of: driver)
    let loader = try RandomSource(count: 1000, largest: 500).transfer(to: device, delivery: .whenStarted)
    let seen = UnsafeMutablePointer<UInt64>.allocate(capacity: 8)
    seen.initialize(repeating: 0, count: 8)
    for number in 0..<count {
      let batch = try #require(try loader.nextBlocking())
      try batch.wait(on: framework.copyQueue)
      try fake.work(on: framework.copyQueue.handle, batch.buffer.address, 8, microseconds: 4000, seen + number)
      try batch.finishUse(on: framework.copyQueue)
    }
    try loader.closeAndWait(until: .after(.seconds(10)))
    // Not freed: the last work may still write to it.
  }
}
