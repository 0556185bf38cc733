import Foundation
import Streaming
import Synchronization
import Threading

/// The limit of gathering: a bare loop that copies rows from mapped shards into batch buffers, column by column.
///
/// Where each row lies is worked out beforehand; the loop does nothing but copy, on as many threads as the loader has, each
/// taking the next batches in turn and copying them into buffers of the loader's kind.
// Safe because `locate` and `makeBuffers` are over before threads start, which write to a buffer of their own each.
final class GatherLoop: @unchecked Sendable {
  /// The rows of one column, in the order of the epoch.
  private struct ColumnRows {
    /// Bytes of each row; nil when they vary.
    let fixedByteCount: Int?
    // Safe because the shards are mapped as long as the loop lives.
    var sources: [UnsafeRawPointer] = []
    var byteCounts: [Int] = []
  }

  private let shards: [MDSShard]
  private let shardStarts: [Int]
  private let columns: [ColumnSpec]
  private let batchSize: Int
  private let threadCount: Int
  private var rows: [ColumnRows] = []
  private var rowCount = 0
  private var buffers: [BufferMemory] = []
  /// The address of an empty row, from which nothing is read.
  private let nowhere: UnsafeMutableRawPointer
  /// As many buffers of each thread in turn as a loader keeps, so that the copies meet the same caches.
  private static let buffersPerThread = 2

  /// Maps every shard of a local data set; nil when it is not all MDS.
  init?(_ stream: DataStream, columns: [ColumnSpec], batchSize: Int, threads: Int) async throws {
    guard let folder = stream.local else { return nil }
    let index = try await DatasetFiles.open(folder).index()
    guard index.shards.schemas.allSatisfy({ $0.format == .mds }) else { return nil }
    var shards: [MDSShard] = []
    var starts = [0]
    for info in index.shards {
      shards.append(try MDSShard(try MappedFile(path: folder + "/" + info.rawData.basename), info: info))
      starts.append((starts.last ?? 0) + info.sampleCount)
    }
    self.shards = shards
    shardStarts = starts
    self.columns = columns
    self.batchSize = batchSize
    threadCount = max(1, threads)
    // Last: an initializer that ends before has no `deinit`.
    nowhere = .allocate(byteCount: 64, alignment: 64)
  }

  deinit {
    buffers.forEach { HostAllocator.shared.deallocate($0) }
    nowhere.deallocate()
  }

  /// Copies the rows of these samples and tells how long that took, in seconds.
  func run(over ids: [Int64]) throws -> Double {
    try locate(ids)
    try makeBuffers()
    // Once untimed: the first pass pays for the page faults of these mappings, as the loader's first epoch did.
    try copyAll()
    let start = ContinuousClock.now
    try copyAll()
    return seconds(start.duration(to: .now))
  }

  /// Adds the bytes that the loop copies, in the loop's order.
  func hash(into hash: inout IncrementalHash) {
    for start in stride(from: 0, to: rowCount, by: batchSize) {
      let buffer = buffers[0].address
      let byteCount = copy(start..<min(start + batchSize, rowCount), to: buffer)
      hash.update(UnsafeRawBufferPointer(start: buffer, count: byteCount).bytes)
    }
  }

  /// Finds where each row of each column lies.
  private func locate(_ ids: [Int64]) throws {
    rowCount = ids.count
    rows = columns.map { ColumnRows(fixedByteCount: $0.fixedByteCount) }
    for number in columns.indices { rows[number].sources.reserveCapacity(ids.count) }
    for id in ids {
      let number = shardHolding(Int(id))
      let shard = shards[number]
      let sample = try shard.sample(at: Int(id) - shardStarts[number])
      for column in columns.indices { append(try sample.bytes(column: column), to: column) }
    }
  }

  private func append(_ row: RawSpan, to column: Int) {
    let (address, byteCount) = row.withUnsafeBytes { ($0.baseAddress, $0.count) }
    rows[column].sources.append(address ?? UnsafeRawPointer(nowhere))
    if rows[column].fixedByteCount == nil { rows[column].byteCounts.append(byteCount) }
  }

  private func shardHolding(_ id: Int) -> Int {
    var low = 0
    var high = shards.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if shardStarts[middle] <= id { low = middle } else { high = middle - 1 }
    }
    return low
  }

  private func makeBuffers() throws {
    var largest = 64
    for start in stride(from: 0, to: rowCount, by: batchSize) {
      let batch = start..<min(start + batchSize, rowCount)
      let byteCount = rows.reduce(0) { sum, column in
        sum + (column.fixedByteCount.map { $0 * batch.count } ?? column.byteCounts[batch].reduce(0, +))
      }
      largest = max(largest, byteCount)
    }
    guard largest > buffers.first?.byteCount ?? 0 else { return }
    buffers.forEach { HostAllocator.shared.deallocate($0) }
    buffers = []
    for _ in 0..<threadCount * Self.buffersPerThread {
      let buffer = try HostAllocator.shared.allocate(byteCount: largest)
      // Touched, so that the loop meets memory and not page faults.
      memset(buffer.address, 0, largest)
      buffers.append(buffer)
    }
  }

  private func copyAll() throws {
    let next = Counter()
    let pool = ThreadPool(name: "bench-loop", threadCount: threadCount)
    for number in 0..<threadCount - 1 { pool.submit { self.copyBatches(of: next, number + 1) } }
    copyBatches(of: next, 0)
    try pool.closeAndWait()
  }

  /// The batches that threads share out among themselves.
  private final class Counter: Sendable {
    private let next = Atomic<Int>(0)

    func take(_ count: Int) -> Int { next.add(count, ordering: .relaxed).oldValue }
  }

  private func copyBatches(of counter: Counter, _ thread: Int) {
    // Small batches several at a time: taking one is not what is measured.
    let perTurn = max(1, min(16, rowCount / batchSize / (4 * threadCount)))
    var turn = 0
    while true {
      let first = counter.take(perTurn)
      guard first * batchSize < rowCount else { break }
      for batch in first..<first + perTurn where batch * batchSize < rowCount {
        let buffer = buffers[thread * Self.buffersPerThread + turn % Self.buffersPerThread]
        copy(batch * batchSize..<min((batch + 1) * batchSize, rowCount), to: buffer.address)
        turn += 1
      }
    }
  }

  /// Copies the rows of one batch, columns back to back, and returns the number of bytes.
  // Safe because `makeBuffers` made room for the largest batch and `locate` took each row from a mapped shard.
  @discardableResult
  private func copy(_ batch: Range<Int>, to buffer: UnsafeMutableRawPointer) -> Int {
    var target = buffer
    for column in rows {
      switch column.fixedByteCount {
      case 8?: copy(column.sources, batch, to: &target, as: UInt64.self)
      case 4?: copy(column.sources, batch, to: &target, as: UInt32.self)
      case 2?: copy(column.sources, batch, to: &target, as: UInt16.self)
      case 1?: copy(column.sources, batch, to: &target, as: UInt8.self)
      case let byteCount?:
        for row in batch {
          memcpy(target, column.sources[row], byteCount)
          target += byteCount
        }
      case nil:
        for row in batch {
          memcpy(target, column.sources[row], column.byteCounts[row])
          target += column.byteCounts[row]
        }
      }
    }
    return target - buffer
  }

  private func copy<Word: BitwiseCopyable>(
    _ sources: [UnsafeRawPointer], _ batch: Range<Int>, to target: inout UnsafeMutableRawPointer,
    as _: Word.Type
  ) {
    for row in batch {
      target.storeBytes(of: sources[row].loadUnaligned(as: Word.self), as: Word.self)
      target += MemoryLayout<Word>.size
    }
  }
}
