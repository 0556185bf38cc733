extension Column {
  /// Where the rows of a ragged column begin, in elements: `rowCount + 1` numbers from 0 up.
  /// - Throws: ``BatchError`` `.notRagged`.
  public var offsets: Span<Int64> {
    @_lifetime(borrow self)
    get throws(BatchError) {
      guard isRagged else {
        throw BatchError(
          .notRagged, column: name, expected: "a ragged column", found: "rows of shape \(shape.dropFirst())",
          remedy: "use elements(as:) and the shape")
      }
      return elements(at: region.offsetsByteOffset, count: rowCount + 1, as: Int64.self)
    }
  }

  /// How many elements of each row of a padded column are its own: `rowCount` numbers.
  /// - Throws: ``BatchError`` `.notPadded`.
  public var lengths: Span<Int64> {
    @_lifetime(borrow self)
    get throws(BatchError) {
      guard isPadded else {
        throw BatchError(
          .notPadded, column: name, expected: "a padded column", found: isRagged ? "a ragged one" : "a fixed one",
          remedy: "use the offsets or the shape")
      }
      return elements(at: region.offsetsByteOffset, count: rowCount, as: Int64.self)
    }
  }

  /// The bytes of one row, padding included.
  /// - Throws: ``BatchError`` `.rowOutOfRange`.
  @_lifetime(borrow self)
  public func bytes(row: Int) throws(BatchError) -> RawSpan {
    guard row >= 0, row < rowCount else {
      throw BatchError(
        .rowOutOfRange, column: name, expected: "a row in 0..<\(rowCount)", found: "\(row)",
        remedy: "use rowCount: the last batch of an epoch may be shorter")
    }
    if isRagged {
      // Safe because the offsets were summed from lengths ≥ 0 when the region was placed, so they ascend
      // within it.
      let offsets = elements(at: region.offsetsByteOffset, count: rowCount + 1, as: Int64.self)
      let start = Int(offsets[row]) * dtype.itemByteCount
      let end = Int(offsets[row + 1]) * dtype.itemByteCount
      return span(at: region.byteOffset + start, byteCount: end - start)
    }
    let rowByteCount =
      isPadded ? region.rowLength * dtype.itemByteCount : batch.schema.rowByteCounts[index]
    return span(at: region.byteOffset + row * rowByteCount, byteCount: rowByteCount)
  }

  /// The elements of one row.
  /// - Throws: ``BatchError`` `.rowOutOfRange`, `.wrongType`.
  @_lifetime(borrow self)
  public func elements<T: BitwiseCopyable>(as type: T.Type, row: Int) throws(BatchError) -> Span<T> {
    _ = try elements(as: type)
    let bytes = try bytes(row: row)
    return Span<T>(_bytes: bytes)
  }

  /// The text of one row.
  /// - Throws: ``BatchError`` `.rowOutOfRange`, or `.notUTF8` when its bytes are no UTF-8 text.
  public func string(row: Int) throws(BatchError) -> String {
    let bytes = try bytes(row: row)
    guard let text = try? UTF8Span(validating: Span(_bytes: bytes)) else {
      throw BatchError(
        .notUTF8, column: name, expected: "UTF-8 text in row \(row)", found: "other bytes",
        remedy: "read them with bytes(row:)")
    }
    return String(copying: text)
  }
}
