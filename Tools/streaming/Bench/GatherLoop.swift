import Foundation
import Streaming

/// The limit of gathering: a bare loop that copies rows from mapped shards into batch buffers, column by column.
///
/// Where each row lies is worked out beforehand; the loop does nothing but copy. It is one thread's limit.
final class GatherLoop {
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
  private var rows: [ColumnRows] = []
  private var rowCount = 0
  private var buffers: [UnsafeMutableRawPointer] = []
  private var bufferByteCount = 0
  /// The address of an empty row, from which nothing is read.
  private let nowhere = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
  /// As many buffers in turn as a loader keeps, so that the copies meet the same caches.
  private static let bufferCount = 4

  /// Maps every shard of a local data set; nil when it is not all MDS.
  init?(_ stream: DataStream, columns: [ColumnSpec], batchSize: Int) async throws {
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
  }

  deinit {
    buffers.forEach { free($0) }
    nowhere.deallocate()
  }

  /// Copies the rows of these samples and tells how long that took, in seconds.
  func run(over ids: [Int64]) throws -> Double {
    try locate(ids)
    try makeBuffers()
    // Once untimed: the first pass pays for the page faults of these mappings, as the loader's first epoch did.
    copyAll()
    let start = ContinuousClock.now
    copyAll()
    return seconds(start.duration(to: .now))
  }

  /// Adds the bytes that the loop copies, in the loop's order.
  func hash(into hash: inout IncrementalHash) {
    for start in stride(from: 0, to: rowCount, by: batchSize) {
      let buffer = buffers[start / batchSize % Self.bufferCount]
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
    guard largest > bufferByteCount else { return }
    buffers.forEach { free($0) }
    buffers = []
    bufferByteCount = largest
    for _ in 0..<Self.bufferCount {
      var address: UnsafeMutableRawPointer?
      guard posix_memalign(&address, 4096, largest) == 0, let address else {
        throw CommandError(
          .software, "bench: expected \(largest) bytes for a batch, found no memory.\nLower --batch-size.")
      }
      // Touched, so that the loop meets memory and not page faults.
      memset(address, 0, largest)
      buffers.append(address)
    }
  }

  private func copyAll() {
    for start in stride(from: 0, to: rowCount, by: batchSize) {
      copy(start..<min(start + batchSize, rowCount), to: buffers[start / batchSize % Self.bufferCount])
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
