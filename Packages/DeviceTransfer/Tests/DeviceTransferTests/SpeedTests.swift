import ColumnarBatch
import DeviceTransfer
import Foundation
import Testing
import Threading

/// The same batch again and again: what a transfer costs when the source costs nothing.
final class RepeatingSource: BatchSource {
  typealias Element = Batch
  typealias Failure = any Error
  private let left: Monitor<Int>
  private let ring = BufferRing(bufferCount: 4)
  private let schema: BatchSchema
  private let byteCount: Int

  init(count: Int, byteCount: Int) throws {
    left = Monitor(count)
    self.byteCount = byteCount
    schema = try BatchSchema([.fixed("bytes", .uint8, rowShape: [byteCount])])
  }

  func useBuffers(from allocator: any BufferAllocator) { ring.use(allocator) }
  func close() { ring.close() }

  func nextBlocking() throws -> Batch? {
    let number = left.withLock { left in
      left -= 1
      return left
    }
    guard number >= 0,
      var assembly = try ring.acquire(until: .after(.seconds(20)), charging: StallCause("a buffer"))
    else { return nil }
    try assembly.begin(schema, rowCount: 1)
    let values = assembly.values(of: 0)
    // Each buffer once: pages that were never written are all one page of zeros, which is quick to read.
    if values.load(fromByteOffset: byteCount - 1, as: UInt8.self) != 1 {
      values.initializeMemory(as: UInt8.self, repeating: 1, count: byteCount)
    }
    values.storeBytes(of: number, as: Int.self)
    return assembly.finish(BatchPosition(epoch: 0, batch: number, deliveredSampleCount: 0))
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    let source: RepeatingSource
    mutating func next() async throws -> Batch? { try source.nextBlocking() }
  }
  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }
}

@Suite("Speed", .serialized)
struct SpeedTests {
  @Test(
    "what a transfer costs beside its source",
    .enabled(
      if: ProcessInfo.processInfo.environment["STREAMING_MEASURE"] != nil, "needs STREAMING_MEASURE=1"),
    arguments: [1 << 12, 1 << 22])
  func speed(byteCount: Int) throws {
    let count = byteCount > 1 << 20 ? 1000 : 20_000
    for round in 0..<5 {
      let source = try RepeatingSource(count: count, byteCount: byteCount)
      let host = try RepeatingSource(count: count, byteCount: byteCount).transfer(to: HostDevice())
      let copying = try RepeatingSource(count: count, byteCount: byteCount).transfer(to: SimulatedDevice())
      let seconds = [
        try time(count) { try source.nextBlocking()?.position.batch },
        try time(count) { try host.nextBlocking()?.position.batch },
        try time(count) { try copying.nextBlocking()?.position.batch },
      ]
      let cost = seconds.map { "\(Int($0 / Double(count) * 1e9))" }
      print(
        "round \(round), \(byteCount) B, ns a batch: source \(cost[0]), to the host device \(cost[1]),",
        "to a device with memory of its own \(cost[2])")
    }
  }

  private func time(_ count: Int, _ next: () throws -> Int?) throws -> Double {
    let start = ContinuousClock.now
    var received = 0
    while try next() != nil { received += 1 }
    #expect(received == count)
    return start.duration(to: .now) / .seconds(1)
  }
}
