import BinaryIO
import ColumnarBatch
import Testing
import Threading

/// A batch with a fixed column of 3 elements per row, a number, and two ragged columns.
func schema() throws -> BatchSchema {
  try BatchSchema([
    .fixed("box", .float32, rowShape: [3]), .ragged("image", .bytes), .fixed("label", .int64),
    .ragged("tokens", .uint16),
  ])
}

/// Fills row i with values that follow from `base + i` alone, through the writer that loader threads use.
func assemble(_ ring: BufferRing, rows: Int, base: Int) throws -> Batch {
  guard var assembly = try ring.acquire(until: .after(.seconds(10)), charging: StallCause("a buffer")) else {
    throw RingClosed()
  }
  try assembly.begin(try schema(), rowCount: rows)
  for row in 0..<rows {
    assembly.lengths(of: 1)[row] = Int64((base + row) % 7)
    assembly.lengths(of: 3)[row] = Int64((base + row) % 3)
  }
  try assembly.placeRaggedValues()
  for row in 0..<rows {
    let seed = base + row
    assembly.sampleIDs[row] = Int64(seed)
    let box = (assembly.values(of: 0) + row * assembly.stride(of: 0)).assumingMemoryBound(to: Float.self)
    for i in 0..<3 { box[i] = Float(seed * 10 + i) }
    (assembly.values(of: 2) + row * assembly.stride(of: 2)).storeBytes(of: Int64(-seed), as: Int64.self)
    let image = assembly.values(of: 1) + Int(assembly.offsets(of: 1)[row])
    for i in 0..<(seed % 7) {
      (image + i).storeBytes(of: UInt8(truncatingIfNeeded: seed + i), as: UInt8.self)
    }
    let tokens =
      assembly.values(of: 3).assumingMemoryBound(to: UInt16.self) + Int(assembly.offsets(of: 3)[row])
    for i in 0..<(seed % 3) { tokens[i] = UInt16(truncatingIfNeeded: seed * 3 + i) }
  }
  return assembly.finish(BatchPosition(epoch: 0, batch: base, deliveredSampleCount: base + rows))
}

/// Reads everything back row by row, the slow way.
func check(_ batch: Batch, rows: Int, base: Int) throws {
  #expect(batch.rowCount == rows)
  let box = try batch.column("box")
  let image = try batch.column("image")
  let label = try batch.column("label")
  let tokens = try batch.column("tokens")
  #expect(box.shape == [rows, 3] && label.shape == [rows] && image.shape == [rows])
  #expect(try image.offsets.count == rows + 1)
  for row in 0..<rows {
    let seed = base + row
    #expect(batch.sampleIDs[row] == Int64(seed))
    #expect(try box.elements(as: Float.self, row: row).copied() == (0..<3).map { Float(seed * 10 + $0) })
    #expect(try label.elements(as: Int64.self)[row] == Int64(-seed))
    #expect(
      try image.bytes(row: row).copied() == (0..<(seed % 7)).map { UInt8(truncatingIfNeeded: seed + $0) })
    #expect(
      try tokens.elements(as: UInt16.self, row: row).copied()
        == (0..<(seed % 3)).map { UInt16(truncatingIfNeeded: seed * 3 + $0) })
  }
}

extension Span where Element: BitwiseCopyable {
  func copied() -> [Element] { (0..<count).map { self[$0] } }
}

@Suite("Assembling a batch")
struct AssemblyTests {
  @Test("what a loader thread wrote is what the reader gets, for every small row count", arguments: 0..<20)
  func roundTrip(rows: Int) throws {
    let ring = BufferRing(bufferCount: 1)
    try check(assemble(ring, rows: rows, base: rows * 5), rows: rows, base: rows * 5)
  }

  @Test("columns are 256-byte aligned and do not overlap")
  func layout() throws {
    let batch = try assemble(BufferRing(bufferCount: 1), rows: 13, base: 100)
    var taken = [0..<(13 * 8)]
    for column in batch.columns {
      taken.append(column.payloadRange)
      #expect(column.payloadRange.lowerBound % 256 == 0)
    }
    for (i, one) in taken.enumerated() {
      for other in taken[(i + 1)...] {
        #expect(one.upperBound <= other.lowerBound || other.upperBound <= one.lowerBound)
      }
    }
    #expect(batch.payload.byteCount >= taken.map(\.upperBound).max() ?? 0)
  }

  @Test("buffers go round: batches of any size reuse the same memory, and growth keeps what was written")
  func reuse() throws {
    let counter = CountingAllocator()
    let ring = BufferRing(bufferCount: 2, allocator: counter)
    for (turn, rows) in [1, 5, 3000, 2, 700, 3000, 2900, 1, 0, 17].enumerated() {
      let first = try assemble(ring, rows: rows, base: turn)
      let second = try assemble(ring, rows: rows, base: turn + 1000)
      try check(first, rows: rows, base: turn)
      try check(second, rows: rows, base: turn + 1000)
    }
    let made = counter.madeCount
    for turn in 0..<50 { _ = try assemble(ring, rows: 3000, base: turn % 3) }
    #expect(counter.madeCount == made, "no allocation once the buffers have their size")
    ring.close()
    #expect(counter.liveCount == 0)
  }

  @Test("lengths that do not fit in memory or are negative are refused, and the buffer comes back")
  func hostileLengths() throws {
    let ring = BufferRing(bufferCount: 1)
    for (lengths, code) in [
      ([-1, 1], BatchError.Code.lengthMismatch), ([Int64.max, 1], .outOfMemory),
      ([Int64.max, 0], .outOfMemory),
      ([Int64.max / 4, 0], .outOfMemory), ([Int64.min, Int64.min], .lengthMismatch),
    ] {
      guard var assembly = ring.tryAcquire() else { throw RingClosed() }
      try assembly.begin(try BatchSchema([.ragged("tokens", .uint32)]), rowCount: 2)
      for (row, length) in lengths.enumerated() { assembly.lengths(of: 0)[row] = length }
      do throws(BatchError) {
        try assembly.placeRaggedValues()
        Issue.record("\(lengths) was accepted")
      } catch {
        #expect(error.code == code)
      }
    }
    try check(assemble(ring, rows: 4, base: 9), rows: 4, base: 9)
  }

  @Test("a row count that overflows is refused")
  func hostileRowCount() throws {
    guard var assembly = BufferRing(bufferCount: 1).tryAcquire() else { throw RingClosed() }
    let schema = try schema()
    do throws(BatchError) {
      try assembly.begin(schema, rowCount: Int.max / 8)
      Issue.record("it was accepted")
    } catch {
      #expect(error.code == .outOfMemory)
    }
  }
}

struct RingClosed: Error {}

extension BufferRing {
  /// Whether a buffer is free right now; it goes back at once.
  var hasFree: Bool { tryAcquire() != nil }
}

/// Counts, and fills what comes back with a pattern, so that a use after the hand-back is seen.
final class CountingAllocator: BufferAllocator {
  private let counts = Monitor((made: 0, live: 0))
  var madeCount: Int { counts.withLock { $0.made } }
  var liveCount: Int { counts.withLock { $0.live } }

  func allocate(byteCount: Int) throws(BatchError) -> BufferMemory {
    let memory = try HostAllocator.shared.allocate(byteCount: byteCount)
    counts.withLock { $0 = ($0.made + 1, $0.live + 1) }
    return memory
  }

  func deallocate(_ memory: BufferMemory) {
    memory.address.initializeMemory(as: UInt8.self, repeating: 0xDB, count: memory.byteCount)
    HostAllocator.shared.deallocate(memory)
    counts.withLock { $0.live -= 1 }
  }
}
