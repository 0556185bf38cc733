import ColumnarBatch
import Threading

/// Batches of random sizes whose bytes follow from their number.
final class RandomSource: BatchSource {
  typealias Element = Batch
  typealias Failure = any Error

  private let ring = BufferRing(bufferCount: 5)
  private let next = Monitor(0)
  private let schema: BatchSchema
  private let count: Int
  private let largest: Int
  private let loadTime: Duration

  init(count: Int, largest: Int, loadTime: Duration = .zero) throws {
    self.count = count
    self.largest = largest
    self.loadTime = loadTime
    schema = try BatchSchema([.fixed("label", .int64), .fixed("words", .uint64, rowShape: [4])])
  }

  /// 1 to `largest` rows: a larger batch than all before comes now and then.
  func rows(_ number: Int) -> Int { Int(Self.word(number, 0) % UInt64(largest)) + 1 }

  static func word(_ number: Int, _ index: Int) -> UInt64 {
    var word = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(index) &* 0xBF58_476D_1CE4_E5B9
    word ^= word >> 31
    return word &* 0x94D0_49BB_1331_11EB
  }

  /// The bytes of the column `words`.
  func words(_ number: Int) -> [UInt8] {
    let words = (0..<rows(number) * 4).map { Self.word(number, $0) }
    return words.withUnsafeBytes { Array($0) }
  }

  func useBuffers(from allocator: any BufferAllocator) { ring.use(allocator) }
  func close() { ring.close() }

  func nextBlocking() throws -> Batch? {
    let number = next.withLock { next in
      next += 1
      return next - 1
    }
    if number % 8 == 0 { pause(loadTime) }
    guard number < count,
      var assembly = try ring.acquire(until: .after(.seconds(20)), charging: StallCause("a buffer"))
    else { return nil }
    let rows = rows(number)
    try assembly.begin(schema, rowCount: rows)
    let labels = assembly.values(of: 0).assumingMemoryBound(to: Int64.self)
    let words = assembly.values(of: 1).assumingMemoryBound(to: UInt64.self)
    for row in 0..<rows {
      assembly.sampleIDs[row] = Int64(number)
      labels[row] = Int64(number)
    }
    for index in 0..<rows * 4 { words[index] = Self.word(number, index) }
    return assembly.finish(BatchPosition(epoch: 0, batch: number, deliveredSampleCount: 0))
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    let source: RandomSource
    mutating func next() async throws -> Batch? { try source.nextBlocking() }
  }
  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(source: self) }
}
