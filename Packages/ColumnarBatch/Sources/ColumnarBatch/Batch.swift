/// Some samples side by side: each column contiguous, ready for a device.
///
/// The reference is the lease of the memory: while a batch, or a ``Column`` of it, is alive, its buffer is
/// not used again. Dropping the last reference hands the buffer back, so let go of batches you no longer
/// need. Any thread may read it.
public final class Batch: Sendable {
  /// Where in the run this batch lies.
  public let position: BatchPosition
  public let schema: BatchSchema
  package let buffer: BatchBuffer
  private let ring: BufferRing

  init(ring: BufferRing, buffer: BatchBuffer, schema: BatchSchema, position: BatchPosition) {
    self.ring = ring
    self.buffer = buffer
    self.schema = schema
    self.position = position
  }

  deinit { ring.recycle(buffer) }

  /// The number of samples.
  public var rowCount: Int { buffer.rowCount }

  /// The column of that name.
  /// - Throws: ``BatchError`` `.unknownColumn`, naming those there are.
  public func column(_ name: String) throws(BatchError) -> Column {
    guard let index = schema.index(of: name) else {
      throw BatchError(
        .unknownColumn, column: name, expected: "one of \(schema.columns.map(\.name))",
        found: "no such column",
        remedy: "use a name of that list")
    }
    return Column(self, index)
  }

  /// The column of that number, which ``BatchSchema/index(of:)`` gives.
  /// - Throws: ``BatchError`` `.unknownColumn`.
  public func column(at index: Int) throws(BatchError) -> Column {
    guard schema.columns.indices.contains(index) else {
      throw BatchError(
        .unknownColumn, expected: "a number in \(schema.columns.indices)", found: "\(index)",
        remedy: "use BatchSchema.index(of:)")
    }
    return Column(self, index)
  }

  /// All columns, in the schema's order.
  public var columns: [Column] { schema.columns.indices.map { Column(self, $0) } }

  /// The number of each sample in its epoch, one per row.
  public var sampleIDs: Span<Int64> {
    @_lifetime(borrow self)
    get {
      // Safe because `self` owns the buffer until it goes.
      _overrideLifetime(buffer.elements(at: 0, count: rowCount, as: Int64.self).span, borrowing: self)
    }
  }

  /// All of the batch's memory as one piece: what a device copies at once. Columns lie at
  /// ``Column/payloadRange``.
  public var payload: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe because `self` owns the buffer until it goes.
      _overrideLifetime(buffer.bytes(at: 0, count: buffer.byteCount).bytes, borrowing: self)
    }
  }

  /// The allocator that gave the batch's memory.
  public var allocator: any BufferAllocator { buffer.allocator }
}
