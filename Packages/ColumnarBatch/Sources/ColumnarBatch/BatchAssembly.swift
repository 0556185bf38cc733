/// The writer of one batch: a loader thread lays it out, fills it and finishes it.
///
/// 1. `begin` places sample ids, fixed columns and offsets;
/// 2. the caller writes the length of every ragged row through `lengths(of:)`, then calls
///   `placeRaggedValues`;
/// 3. pointers are taken (growth in step 2 moves the buffer, so not before) and filled, by any number of
///   threads;
/// 4. `finish` makes the batch. Dropped before that, the buffer goes back to its ring.
///
/// Allocates nothing but the batch once the ring's buffers have grown.
package struct BatchAssembly: ~Copyable, Sendable {
  private let ring: BufferRing
  private let buffer: BatchBuffer
  private var schema: BatchSchema
  private var isFinished = false

  init(ring: BufferRing, buffer: BatchBuffer) {
    self.ring = ring
    self.buffer = buffer
    self.schema = .empty
  }

  deinit { if !isFinished { ring.recycle(buffer) } }

  /// The number of rows given to `begin`.
  package var rowCount: Int { buffer.rowCount }

  /// Places everything whose size follows from schema and row count. The content is undefined.
  /// - Throws: ``BatchError`` `.outOfMemory`.
  package mutating func begin(_ schema: BatchSchema, rowCount: Int) throws(BatchError) {
    precondition(rowCount >= 0, "a batch has no negative number of rows")
    self.schema = schema
    if buffer.regions.count != schema.columns.count {
      buffer.regions = Array(repeating: BatchBuffer.Region(), count: schema.columns.count)
    }
    buffer.rowCount = rowCount
    buffer.byteCount = 0
    var end = try append(count: rowCount, of: 8, after: 0).end
    for column in schema.columns.indices {
      if schema.columns[column].isRagged {
        let place = try append(count: rowCount + 1, of: 8, after: end)
        buffer.regions[column] = BatchBuffer.Region(offsetsByteOffset: place.start)
        end = place.end
      } else {
        let place = try append(count: rowCount, of: schema.rowByteCounts[column], after: end)
        buffer.regions[column] = BatchBuffer.Region(
          byteOffset: place.start, byteCount: place.end - place.start)
        end = place.end
      }
    }
    _ = try ring.reserve(end, in: buffer)
    buffer.byteCount = end
  }

  /// The `rowCount` lengths of a ragged column, in elements, for the caller to write before
  /// `placeRaggedValues`.
  package func lengths(of column: Int) -> UnsafeMutablePointer<Int64> { offsets(of: column) + 1 }

  /// Turns lengths into offsets and places the values of all ragged columns. May move the buffer.
  /// - Throws: ``BatchError`` `.outOfMemory`, or `.lengthMismatch` for a negative length.
  package mutating func placeRaggedValues() throws(BatchError) {
    var end = buffer.byteCount
    for column in schema.raggedColumns {
      let offsets = self.offsets(of: column)
      offsets[0] = 0
      var total: Int64 = 0
      var overflowed = false
      var negative: Int64 = 0
      for row in 1..<(buffer.rowCount + 1) {
        let length = offsets[row]
        negative |= length
        let (sum, overflow) = total.addingReportingOverflow(length)
        overflowed = overflowed || overflow
        total = sum
        offsets[row] = sum
      }
      guard negative >= 0 else {
        throw BatchError(
          .lengthMismatch, column: schema.columns[column].name, expected: "lengths of at least 0",
          found: "a negative one", remedy: "report this with the shard: the loader validates lengths")
      }
      guard !overflowed else { throw BatchBuffer.tooLarge(column: schema.columns[column].name) }
      let place = try append(count: Int(total), of: schema.columns[column].dtype.itemByteCount, after: end)
      buffer.regions[column].byteOffset = place.start
      buffer.regions[column].byteCount = place.end - place.start
      end = place.end
    }
    _ = try ring.reserve(end, in: buffer)
    buffer.byteCount = end
  }

  /// One id per row: the sample's number in its epoch, for whoever wants to know what a batch holds.
  package var sampleIDs: UnsafeMutablePointer<Int64> { address(0).assumingMemoryBound(to: Int64.self) }

  /// The first byte of a column's values.
  package func values(of column: Int) -> UnsafeMutableRawPointer {
    address(buffer.regions[column].byteOffset)
  }

  /// Bytes from one row of a fixed column to the next.
  package func stride(of column: Int) -> Int { schema.rowByteCounts[column] }

  /// The `rowCount + 1` offsets of a ragged column, in elements.
  package func offsets(of column: Int) -> UnsafeMutablePointer<Int64> {
    // Safe because `begin` placed the offsets 64-byte aligned within the reserved memory.
    address(buffer.regions[column].offsetsByteOffset).assumingMemoryBound(to: Int64.self)
  }

  /// Fills a whole column at once; all zeros when `bytes` is empty.
  func fill(_ column: Int, with bytes: RawSpan) {
    let region = buffer.regions[column]
    // Safe because the region was placed with its byte count within the reserved memory.
    let target = UnsafeMutableRawBufferPointer(start: address(region.byteOffset), count: region.byteCount)
    guard !bytes.isEmpty else {
      target.initializeMemory(as: UInt8.self, repeating: 0)
      return
    }
    precondition(bytes.byteCount == region.byteCount, "the builder checked the length")
    bytes.withUnsafeBytes { target.copyMemory(from: $0) }
  }

  /// Hands the buffer over to a batch; nothing may write to it any more.
  package consuming func finish(_ position: BatchPosition) -> Batch {
    isFinished = true
    return Batch(ring: ring, buffer: buffer, schema: schema, position: position)
  }

  private func address(_ byteOffset: Int) -> UnsafeMutableRawPointer { buffer.base + byteOffset }

  private func append(
    count: Int, of itemByteCount: Int, after end: Int
  ) throws(BatchError) -> (start: Int, end: Int) {
    let (aligned, first) = end.addingReportingOverflow(BatchBuffer.alignment - 1)
    let start = aligned & ~(BatchBuffer.alignment - 1)
    let (byteCount, second) = count.multipliedReportingOverflow(by: itemByteCount)
    let (newEnd, third) = start.addingReportingOverflow(byteCount)
    guard !first, !second, !third else { throw BatchBuffer.tooLarge() }
    return (start, newEnd)
  }
}

extension BufferRing {
  /// Makes room in a buffer of this ring, at least as much as its largest batch needed so far.
  func reserve(_ byteCount: Int, in buffer: BatchBuffer) throws(BatchError) -> UnsafeMutableRawPointer {
    if buffer.capacity >= byteCount { return buffer.base }
    let base = try buffer.reserve(max(byteCount, 1), hint: largestCapacity)
    noteCapacity(buffer.capacity)
    return base
  }
}
