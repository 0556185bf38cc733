import ColumnarBatch
import DeviceTransfer
import Testing
import Threading

struct SourceFault: Error, Equatable {}

/// Batches whose values follow from their number, assembled in a ring, as a loader does it.
final class NumberedSource: BatchSource {
  typealias Element = Batch
  typealias Failure = any Error

  let ring = BufferRing(bufferCount: 3)
  private let schema: BatchSchema
  private let next = Monitor(0)
  private let count: Int
  private let failsAt: Int?
  private let takesAllocator: Bool

  init(count: Int, failsAt: Int? = nil, takesAllocator: Bool = true) throws {
    self.count = count
    self.failsAt = failsAt
    self.takesAllocator = takesAllocator
    schema = try BatchSchema([.fixed("label", .int64), .ragged("tokens", .uint16)])
  }

  /// Mostly small; every tenth is larger than all before it were, so that buffers have to grow.
  static func rows(_ number: Int) -> Int { number % 10 == 7 ? 2000 + number * 40 : (number * 37) % 90 + 1 }

  func useBuffers(from allocator: any BufferAllocator) { if takesAllocator { ring.use(allocator) } }
  func close() { ring.close() }

  func nextBlocking() throws -> Batch? {
    let number = next.withLock { next in
      next += 1
      return next - 1
    }
    if number == failsAt { throw SourceFault() }
    guard number < count,
      var assembly = try ring.acquire(until: .after(.seconds(20)), charging: StallCause("a buffer"))
    else { return nil }
    let rows = Self.rows(number)
    try assembly.begin(schema, rowCount: rows)
    for row in 0..<rows { assembly.lengths(of: 1)[row] = Int64((number + row) % 4) }
    try assembly.placeRaggedValues()
    let labels = assembly.values(of: 0).assumingMemoryBound(to: Int64.self)
    let tokens = assembly.values(of: 1).assumingMemoryBound(to: UInt16.self)
    for row in 0..<rows {
      assembly.sampleIDs[row] = Int64(number * 100 + row)
      labels[row] = Int64(number * 1000 + row)
    }
    let total = Int(assembly.offsets(of: 1)[rows])
    for i in 0..<total { tokens[i] = UInt16(truncatingIfNeeded: number * 7 + i) }
    return assembly.finish(BatchPosition(epoch: 0, batch: number, deliveredSampleCount: 0))
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    let source: NumberedSource
    mutating func next() async throws -> Batch? { try source.nextBlocking() }
  }
  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }
}

/// Checks a batch on the simulated device against the rule above.
func check(_ batch: DeviceBatch<SimulatedDevice>, number: Int) throws {
  let rows = NumberedSource.rows(number)
  #expect(batch.position.batch == number && batch.number == number && batch.rowCount == rows)
  let label = try batch.column("label")
  let tokens = try batch.column("tokens")
  #expect(label.shape == [rows] && label.dtype == .int64)
  #expect(batch.buffer.elements(label.range, as: Int64.self) == (0..<rows).map { Int64(number * 1000 + $0) })
  #expect(
    batch.buffer.elements(batch.sampleIDsRange, as: Int64.self) == (0..<rows).map { Int64(number * 100 + $0) }
  )
  var offsets = [Int64(0)]
  for row in 0..<rows { offsets.append((offsets.last ?? 0) + Int64((number + row) % 4)) }
  let offsetsRange = try #require(tokens.offsetsRange)
  #expect(batch.buffer.elements(offsetsRange, as: Int64.self) == offsets)
  #expect(
    batch.buffer.elements(tokens.range, as: UInt16.self)
      == (0..<Int(offsets.last ?? 0)).map { UInt16(truncatingIfNeeded: number * 7 + $0) })
}
