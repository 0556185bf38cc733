/// One column of a batch, shape (batch, …), contiguous in C order.
///
/// Rows of a ragged column lie back to back; offset i is where row i begins, counted in elements.
/// A column keeps its batch alive.
///
/// Give the column a name before you take a span of it (`let label = try batch.column("label")`): Swift 6.3's
/// optimizer crashes on a span of the unnamed result of a throwing call. ``withElements(as:_:)``,
/// ``withBytes(_:)``, ``bytes`` and ``string(row:)`` can be chained.
public struct Column: Sendable {
  package let batch: Batch
  /// The column's number.
  public let index: Int
  public let dtype: DType
  package let region: BatchBuffer.Region

  init(_ batch: Batch, _ index: Int) {
    self.batch = batch
    self.index = index
    self.dtype = batch.schema.columns[index].dtype
    self.region = batch.buffer.regions[index]
  }

  public var name: String { batch.schema.columns[index].name }
  public var isRagged: Bool { batch.schema.columns[index].isRagged }
  /// The number of rows: the batch's samples.
  public var rowCount: Int { batch.rowCount }
  /// Elements over all rows.
  public var elementCount: Int { region.byteCount / dtype.itemByteCount }
  /// Bytes over all rows.
  public var byteCount: Int { region.byteCount }

  public var isPadded: Bool { batch.schema.columns[index].isPadded }

  /// (batch, extents of a row…); (batch, length) for a padded column; (batch) for a ragged one, whose rows' lengths are
  /// in the offsets.
  public var shape: [Int] {
    if isPadded { return [rowCount, region.rowLength] }
    return [rowCount] + (batch.schema.columns[index].rowShape ?? [])
  }

  /// Where the values lie in the batch's ``Batch/payload``.
  public var payloadRange: Range<Int> { region.byteOffset..<(region.byteOffset + region.byteCount) }

  /// Where the `rowCount + 1` offsets of a ragged column lie in the payload, nil for other columns.
  public var offsetsPayloadRange: Range<Int>? {
    guard isRagged else { return nil }
    return region.offsetsByteOffset..<(region.offsetsByteOffset + (rowCount + 1) * 8)
  }

  /// Where the `rowCount` lengths of a padded column lie in the payload, nil for other columns.
  public var lengthsPayloadRange: Range<Int>? {
    guard isPadded else { return nil }
    return region.offsetsByteOffset..<(region.offsetsByteOffset + rowCount * 8)
  }

  /// The values of all rows as bytes.
  public var bytes: RawSpan {
    // A coroutine, because the optimizer's crash told of above does not happen with it.
    @_lifetime(borrow self)
    _read { yield span(at: region.byteOffset, byteCount: region.byteCount) }
  }

  /// The values of all rows.
  /// - Throws: ``BatchError`` `.wrongType` when `T` is not the Swift type of ``dtype``.
  @_lifetime(borrow self)
  public func elements<T: BitwiseCopyable>(as type: T.Type) throws(BatchError) -> Span<T> {
    guard dtype.matches(type) else { throw wrongType(type) }
    return elements(at: region.byteOffset, count: elementCount, as: type)
  }

  /// Calls `body` with the values of all rows.
  /// - Throws: ``BatchError`` `.wrongType` when `T` is not the Swift type of ``dtype``; what `body` throws.
  public func withElements<T: BitwiseCopyable, R>(
    as type: T.Type, _ body: (Span<T>) throws -> R
  ) throws -> R {
    try body(try elements(as: type))
  }

  /// Calls `body` with the values of all rows as bytes.
  public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R { try body(bytes) }

  /// Bytes within this column's regions.
  @_lifetime(borrow self)
  func span(at byteOffset: Int, byteCount: Int) -> RawSpan {
    // Safe because `self` keeps the batch, and so its buffer, from being used again.
    _overrideLifetime(batch.buffer.bytes(at: byteOffset, count: byteCount).bytes, borrowing: self)
  }

  /// Elements at the start of one of this column's regions.
  @_lifetime(borrow self)
  func elements<T: BitwiseCopyable>(at byteOffset: Int, count: Int, as type: T.Type) -> Span<T> {
    // Safe for the same reason.
    _overrideLifetime(batch.buffer.elements(at: byteOffset, count: count, as: type).span, borrowing: self)
  }

  private func wrongType<T>(_ type: T.Type) -> BatchError {
    BatchError(
      .wrongType, column: name, expected: "the Swift type of \(dtype)", found: "\(type)",
      remedy: "ask for the type that matches, or read the bytes with withBytes")
  }
}
