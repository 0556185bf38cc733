public import ColumnarBatch

/// Columns of a batch in the host device's memory, read like those of a ``Batch``.
///
/// The batch must be there: delivered by `.whenCopied`.
extension DeviceColumn where D == HostDevice {
  /// The values of all rows as bytes.
  public var bytes: RawSpan {
    // A coroutine for the reason that `Column` tells.
    @_lifetime(borrow self)
    _read { yield _overrideLifetime(bytes(in: range), borrowing: self) }
  }

  /// The values of all rows.
  /// - Throws: `BatchError` `.wrongType` when `T` is not the Swift type of ``dtype``.
  @_lifetime(borrow self)
  public func elements<T: BitwiseCopyable>(as type: T.Type) throws(BatchError) -> Span<T> {
    guard dtype.matches(type) else {
      throw BatchError(
        .wrongType, column: name, expected: "the Swift type of \(dtype)", found: "\(type)",
        remedy: "ask for the type that matches, or read the bytes")
    }
    return _overrideLifetime(Span<T>(_bytes: bytes(in: range)), borrowing: self)
  }

  /// Where the rows of a ragged column begin, in elements.
  /// - Throws: `BatchError` `.notRagged`.
  public var offsets: Span<Int64> {
    @_lifetime(borrow self)
    get throws(BatchError) {
      guard let offsetsRange else {
        throw BatchError(
          .notRagged, column: name, expected: "a ragged column", found: "rows of shape \(shape.dropFirst())",
          remedy: "use elements(as:) and the shape")
      }
      return _overrideLifetime(Span<Int64>(_bytes: bytes(in: offsetsRange)), borrowing: self)
    }
  }

  /// The bytes of one row.
  /// - Throws: `BatchError` `.rowOutOfRange`.
  @_lifetime(borrow self)
  public func bytes(row: Int) throws(BatchError) -> RawSpan {
    guard row >= 0, row < batch.rowCount else {
      throw BatchError(
        .rowOutOfRange, column: name, expected: "a row in 0..<\(batch.rowCount)", found: "\(row)",
        remedy: "use rowCount: the last batch of an epoch may be shorter")
    }
    var start = range.count / batch.rowCount * row
    var end = start + range.count / batch.rowCount
    if offsetsRange != nil {
      let offsets = try offsets
      start = Int(offsets[row]) * dtype.itemByteCount
      end = Int(offsets[row + 1]) * dtype.itemByteCount
    }
    return _overrideLifetime(
      bytes(in: (range.lowerBound + start)..<(range.lowerBound + end)), borrowing: self)
  }

  @_lifetime(borrow self)
  private func bytes(in range: Range<Int>) -> RawSpan {
    // Safe because the column keeps the batch, and the batch keeps its place from being written again; the
    // ranges are the host batch's, which was checked when it was placed.
    let bytes = UnsafeRawBufferPointer(start: batch.buffer.address + range.lowerBound, count: range.count)
    return _overrideLifetime(bytes.bytes, borrowing: self)
  }
}
