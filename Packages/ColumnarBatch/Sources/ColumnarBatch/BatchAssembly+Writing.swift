import SystemLibC

/// What a ``BatchWriter`` does to one column at a time.
extension BatchAssembly {
  /// Calls `body` with a placed column's elements.
  mutating func withValues<T: BitwiseCopyable, R>(
    of column: Int, as type: T.Type, _ body: (inout MutableSpan<T>) throws -> R
  ) throws -> R {
    let region = buffer.regions[column]
    // Safe because the region lies 64-byte aligned within the reserved memory, was initialized by the caller, and this
    // assembly is its only owner while `body` runs; a span can't be kept.
    var elements = UnsafeMutableBufferPointer(
      start: address(region.byteOffset).assumingMemoryBound(to: T.self), count: region.byteCount / MemoryLayout<T>.stride
    ).mutableSpan
    return try body(&elements)
  }

  /// Copies another batch's column of the same form and row count; places it first where its size varies.
  mutating func copy(_ source: Column, to column: Int) throws(BatchError) {
    let form = schema.columns[column]
    if form.isRagged || form.isPadded {
      // Offsets of a ragged column, lengths of a padded one: the latter has one number less.
      let count = rowCount + (form.isRagged ? 1 : 0)
      // Safe because `begin` placed `rowCount + 1` numbers, and the source's batch keeps its own.
      if count > 0 {
        memcpy(
          offsets(of: column), source.batch.buffer.base + source.region.offsetsByteOffset, count * 8)
      }
      let end = try append(count: source.region.byteCount, of: 1, after: buffer.byteCount)
      try reserve(end.end)
      buffer.regions[column].byteOffset = end.start
      buffer.regions[column].byteCount = source.region.byteCount
      buffer.regions[column].rowLength = source.region.rowLength
    }
    let region = buffer.regions[column]
    if region.byteCount > 0 {
      memcpy(address(region.byteOffset), source.batch.buffer.base + source.region.byteOffset, region.byteCount)
    }
  }

  /// Makes a column zero, or its rows empty.
  mutating func clear(_ column: Int) throws(BatchError) {
    let form = schema.columns[column]
    guard form.isRagged || form.isPadded else {
      fill(column, with: RawSpan())
      return
    }
    for row in 0...rowCount { offsets(of: column)[row] = 0 }
    let length = form.isPadded ? form.rowShape?.first ?? 0 : 0
    let (count, overflow) = length.multipliedReportingOverflow(by: rowCount)
    guard !overflow else { throw BatchBuffer.tooLarge(column: form.name) }
    let place = try append(count: count, of: form.dtype.itemByteCount, after: buffer.byteCount)
    try reserve(place.end)
    buffer.regions[column].byteOffset = place.start
    buffer.regions[column].byteCount = place.end - place.start
    buffer.regions[column].rowLength = length
    fill(column, with: RawSpan())
  }
}
