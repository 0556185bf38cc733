/// The writer of one batch: a loader thread lays it out, fills it and finishes it.
///
/// 1. `begin` places sample ids, fixed columns and offsets;
/// 2. the caller writes the length of every ragged row through `lengths(of:)`, then calls
///   `placeRaggedValues`;
/// 3. pointers are taken (growth in step 2 moves the buffer, so not before) and filled, by any number of
///   threads;
/// 4. `shapeRows` puts the rows of shaped columns in their form, if there are such columns;
/// 5. `finish` makes the batch. Dropped before that, the buffer goes back to its ring.
///
/// Allocates nothing but the batch once the ring's buffers have grown.
package struct BatchAssembly: ~Copyable, Sendable {
  private let ring: BufferRing
  let buffer: BatchBuffer
  private(set) var schema: BatchSchema
  private(set) var shapings: [ColumnShaping] = []
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
  /// - Parameter shapings: columns that are ragged bytes until `shapeRows`; ascending.
  /// - Throws: ``BatchError`` `.outOfMemory`.
  package mutating func begin(
    _ schema: BatchSchema, rowCount: Int, shapings: [ColumnShaping] = []
  ) throws(BatchError) {
    precondition(rowCount >= 0, "a batch has no negative number of rows")
    self.schema = schema
    self.shapings = shapings
    if buffer.regions.count != schema.columns.count {
      buffer.regions = Array(repeating: BatchBuffer.Region(), count: schema.columns.count)
    }
    buffer.rowCount = rowCount
    buffer.byteCount = 0
    var end = try append(count: rowCount, of: 8, after: 0).end
    for column in schema.columns.indices {
      if schema.columns[column].isRagged || schema.columns[column].isPadded {
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

  /// The `rowCount` lengths of a ragged column, in elements, or in bytes where it is shaped, for the caller to write
  /// before `placeRaggedValues`.
  package func lengths(of column: Int) -> UnsafeMutablePointer<Int64> { offsets(of: column) + 1 }

  /// Turns lengths into offsets and places the values of all ragged columns. May move the buffer.
  /// - Throws: ``BatchError`` `.outOfMemory`, or `.lengthMismatch` for a negative length.
  package mutating func placeRaggedValues() throws(BatchError) {
    var end = buffer.byteCount
    for column in schema.raggedColumns {
      try sumLengths(of: column)
      end = try placeValues(of: column, after: end)
    }
    var used = end
    for shaping in shapings {
      guard let padding = shaping.padding else { continue }
      try sumLengths(of: shaping.column)
      used = try placePadded(shaping, padding, after: used)
    }
    // The stored rows of padded columns lie behind the batch's end: nobody reads them once they are shaped.
    end = used
    for shaping in shapings where shaping.padding != nil { end = try placeValues(of: shaping.column, after: end) }
    _ = try ring.reserve(end, in: buffer)
    buffer.byteCount = used
  }

  /// Places the values of one ragged column alone, whose lengths are written. May move the buffer.
  mutating func placeRaggedValues(of column: Int) throws(BatchError) {
    try sumLengths(of: column)
    try reserve(try placeValues(of: column, after: buffer.byteCount))
  }

  /// Makes the batch end there. May move the buffer.
  func reserve(_ end: Int) throws(BatchError) {
    _ = try ring.reserve(end, in: buffer)
    buffer.byteCount = end
  }

  private func placeValues(of column: Int, after end: Int) throws(BatchError) -> Int {
    let isShaped = shapings.contains { $0.column == column }
    let place = try append(
      count: Int(offsets(of: column)[rowCount]), of: isShaped ? 1 : schema.columns[column].dtype.itemByteCount, after: end)
    buffer.regions[column].byteOffset = place.start
    buffer.regions[column].byteCount = place.end - place.start
    return place.end
  }

  /// Turns a column's lengths into offsets.
  private func sumLengths(of column: Int) throws(BatchError) {
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
    // Safe because `begin` placed the offsets aligned within the reserved memory.
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

  func address(_ byteOffset: Int) -> UnsafeMutableRawPointer { buffer.base + byteOffset }

  func append(
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
