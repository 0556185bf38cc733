import SystemLibC

/// Rows that are stored in another form than the batch holds them: with something before their elements, or not padded.
///
/// Their stored bytes are gathered like those of any ragged column, padded ones behind the batch's end; then each row goes
/// to its place.
extension BatchAssembly {
  /// Puts the rows of shaped columns in their final form, once all stored bytes are there.
  /// - Parameter headerByteCount: how many bytes of a row stand before its elements.
  /// - Throws: ``BatchError`` with the row whose length does not suit; what `headerByteCount` throws.
  package mutating func shapeRows(
    headerByteCount: (_ column: Int, _ row: Int, RawSpan) throws -> Int = { _, _, _ in 0 }
  ) throws {
    for shaping in shapings {
      if let padding = shaping.padding {
        try pad(shaping, padding, headerByteCount)
      } else {
        try close(shaping, headerByteCount)
      }
    }
  }

  /// Moves the elements of ragged rows together, over what stood before them.
  private mutating func close(
    _ shaping: ColumnShaping, _ headerByteCount: (Int, Int, RawSpan) throws -> Int
  ) throws {
    let column = shaping.column
    let itemByteCount = schema.columns[column].dtype.itemByteCount
    let offsets = self.offsets(of: column)
    let values = self.values(of: column)
    var start = 0
    var next = 0
    for row in 0..<rowCount {
      let end = Int(offsets[row + 1])
      let elements = try elements(values, start..<end, column, row, headerByteCount)
      try check(elements.count, of: shaping, row, itemByteCount)
      // Safe because rows only move down, within the region that holds their stored bytes.
      if let base = elements.baseAddress { memmove(values + next, base, elements.count) }
      offsets[row] = Int64(next / itemByteCount)
      next += elements.count
      start = end
    }
    offsets[rowCount] = Int64(next / itemByteCount)
    buffer.regions[column].byteCount = next
  }

  /// Copies rows from behind the batch's end to their places, and fills what is left of each place.
  private mutating func pad(
    _ shaping: ColumnShaping, _ padding: Padding, _ headerByteCount: (Int, Int, RawSpan) throws -> Int
  ) throws {
    let column = shaping.column
    let itemByteCount = schema.columns[column].dtype.itemByteCount
    let offsets = self.offsets(of: column)
    let stored = self.values(of: column)
    var longest = 0
    var start = 0
    for row in 0..<rowCount {
      let end = Int(offsets[row + 1])
      let elements = try elements(stored, start..<end, column, row, headerByteCount)
      try check(elements.count, of: shaping, row, itemByteCount)
      longest = max(longest, elements.count / itemByteCount)
      start = end
    }
    let length = padding.rowLength(longest: longest)
    var place = buffer.regions[column]
    place.byteOffset = place.paddedByteOffset
    place.rowLength = length
    place.byteCount = rowCount * length * itemByteCount
    // Safe because `placePadded` made room for rows as long as the stored bytes allow, which is at least `length`.
    precondition(place.byteCount <= place.paddedCapacity, "rows do not get longer by losing what stands before them")
    let values = address(place.byteOffset)
    start = 0
    for row in 0..<rowCount {
      let end = Int(offsets[row + 1])
      // Asked for again: keeping the answers would cost an allocation per batch.
      let elements = try elements(stored, start..<end, column, row, headerByteCount)
      let kept = min(elements.count / itemByteCount, length)
      let target = values + row * length * itemByteCount
      if let base = elements.baseAddress { memcpy(target, base, kept * itemByteCount) }
      fill(target + kept * itemByteCount, count: length - kept, itemByteCount, shaping.paddingBits)
      // From offsets to lengths: the place of this row's start is not needed any more.
      offsets[row] = Int64(kept)
      start = end
    }
    buffer.regions[column] = place
  }

  /// Writes `count` elements with the same bits.
  private func fill(_ target: UnsafeMutableRawPointer, count: Int, _ itemByteCount: Int, _ bits: UInt64) {
    guard count > 0 else { return }
    switch itemByteCount {
    case 1: memset(target, CInt(truncatingIfNeeded: bits), count)
    case 2: target.initializeMemory(as: UInt16.self, repeating: UInt16(truncatingIfNeeded: bits), count: count)
    case 4: target.initializeMemory(as: UInt32.self, repeating: UInt32(truncatingIfNeeded: bits), count: count)
    default: target.initializeMemory(as: UInt64.self, repeating: bits, count: count)
    }
  }

  /// Places a padded column, for rows as long as the stored bytes allow, after `end`; returns where it ends.
  mutating func placePadded(
    _ shaping: ColumnShaping, _ padding: Padding, after end: Int
  ) throws(BatchError) -> Int {
    let column = shaping.column
    let itemByteCount = schema.columns[column].dtype.itemByteCount
    let offsets = self.offsets(of: column)
    var longest = 0
    for row in 0..<rowCount { longest = max(longest, Int(offsets[row + 1] - offsets[row])) }
    longest /= itemByteCount
    if case .fixed(let length) = padding.length { longest = length }
    let length = padding.rowLength(longest: longest)
    let (count, overflow) = length.multipliedReportingOverflow(by: rowCount)
    guard !overflow, length >= longest else { throw BatchBuffer.tooLarge(column: schema.columns[column].name) }
    let place = try append(count: count, of: itemByteCount, after: end)
    buffer.regions[column].paddedByteOffset = place.start
    buffer.regions[column].paddedCapacity = place.end - place.start
    return place.end
  }

  /// A row's elements, without what stands before them; `range` is where the row is stored.
  private func elements(
    _ stored: UnsafeMutableRawPointer, _ range: Range<Int>, _ column: Int, _ row: Int,
    _ headerByteCount: (Int, Int, RawSpan) throws -> Int
  ) throws -> UnsafeRawBufferPointer {
    let bytes = UnsafeRawBufferPointer(start: stored + range.lowerBound, count: range.count)
    // Safe because the span is only passed down, and the buffer stays where it is meanwhile.
    let skipped = try headerByteCount(column, row, bytes.bytes)
    guard 0...bytes.count ~= skipped else {
      throw BatchError(
        .lengthMismatch, column: schema.columns[column].name, row: row, expected: "a row of at least \(skipped) bytes",
        found: "\(bytes.count)", remedy: "ask for the type that the column was written with")
    }
    return UnsafeRawBufferPointer(rebasing: bytes[skipped...])
  }

  /// A row's elements must be whole ones, and no more than the padding allows.
  private func check(_ byteCount: Int, of shaping: ColumnShaping, _ row: Int, _ itemByteCount: Int) throws(BatchError) {
    let column = schema.columns[shaping.column]
    guard byteCount % itemByteCount == 0 else {
      throw BatchError(
        .lengthMismatch, column: column.name, row: row,
        expected: "a multiple of \(itemByteCount) bytes for \(column.dtype)", found: "\(byteCount) bytes",
        remedy: "ask for the type that the column was written with")
    }
    if let padding = shaping.padding, case .fixed(let length) = padding.length, !padding.cutsLongRows,
      byteCount / itemByteCount > length
    {
      throw BatchError(
        .lengthMismatch, column: column.name, row: row, expected: "at most \(length) elements",
        found: "\(byteCount / itemByteCount)", remedy: "pad to a larger length, or cut long rows")
    }
  }
}

extension Padding {
  /// The length of every row of a batch whose longest row has so many elements.
  func rowLength(longest: Int) -> Int {
    switch length {
    case .fixed(let length): return length
    case .longest(let multiple):
      let (sum, overflow) = longest.addingReportingOverflow(multiple - 1)
      return overflow ? longest : sum / multiple * multiple
    }
  }
}
