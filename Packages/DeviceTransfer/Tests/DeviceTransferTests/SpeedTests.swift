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
    "transfers beside plain copies of the same sizes",
    .enabled(
      if: ProcessInfo.processInfo.environment["STREAMING_MEASURE"] != nil, "needs STREAMING_MEASURE=1"),
    arguments: [1 << 12, 1 << 22])
  func speed(byteCount: Int) throws {
    let count = byteCount > 1 << 20 ? 1000 : 50_000
    let sources = (0..<4).map { _ in UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096) }
    let targets = (0..<3).map { _ in UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096) }
    defer { for pointer in sources + targets { pointer.deallocate() } }
    for pointer in sources { pointer.initializeMemory(as: UInt8.self, repeating: 1, count: byteCount) }
    for round in 0..<5 {
      var start = ContinuousClock.now
      for number in 0..<count {
        targets[number % 3].copyMemory(from: sources[number % 4], byteCount: byteCount)
      }
      let plain = start.duration(to: .now) / .seconds(1)

      start = .now
      let loader = try RepeatingSource(count: count, byteCount: byteCount).transfer(
        to: HostDevice(), inFlight: 3)
      var received = 0
      while let batch = try loader.nextBlocking() {
        #expect(batch.number == received)
        received += 1
      }
      let transferred = start.duration(to: .now) / .seconds(1)
      #expect(received == count)
      let bytes = Double(count * byteCount) / 1e9
      print(
        "round \(round), \(byteCount) B: plain copies \(bytes / plain) GB/s, transfer \(bytes / transferred) GB/s,",
        "\(Int(transferred / Double(count) * 1e9)) ns a batch")
    }
  }
}
