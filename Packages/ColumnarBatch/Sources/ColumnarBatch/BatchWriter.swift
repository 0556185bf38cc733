/// Writes a batch in the memory that it is delivered in: that of the ring, page-locked where a device asked for it.
///
/// Columns are written in any order, ragged ones once; what is not written is zero or empty.
public struct BatchWriter: ~Copyable {
  public let schema: BatchSchema
  private var assembly: BatchAssembly
  private var isWritten: [Bool]

  /// - Throws: ``BatchError`` `.outOfMemory`.
  package init(
    _ assembly: consuming BatchAssembly, schema: BatchSchema, rowCount: Int
  ) throws(BatchError) {
    try assembly.begin(schema, rowCount: rowCount)
    self.assembly = assembly
    self.schema = schema
    isWritten = Array(repeating: false, count: schema.columns.count)
    clearSampleIDs()
  }

  /// The number of samples; at first that of the batch that is transformed.
  public var rowCount: Int { assembly.rowCount }

  /// Sets another number of rows ≥ 0 and forgets what was written; the samples' ids become -1.
  /// - Throws: ``BatchError`` `.lengthMismatch`, `.outOfMemory`.
  public mutating func setRowCount(_ count: Int) throws(BatchError) {
    guard count >= 0 else { throw mismatch(nil, "at least 0 rows", "\(count)") }
    try assembly.begin(schema, rowCount: count)
    for column in isWritten.indices { isWritten[column] = false }
    clearSampleIDs()
  }

  /// Sets the number of each sample in its epoch, one per row.
  /// - Throws: ``BatchError`` `.lengthMismatch`.
  public mutating func setSampleIDs(_ ids: Span<Int64>) throws(BatchError) {
    guard ids.count == rowCount else { throw mismatch(nil, "\(rowCount) sample ids", "\(ids.count)") }
    for row in ids.indices { assembly.sampleIDs[row] = ids[row] }
  }

  /// Calls `body` with all rows of a fixed column back to back in C order, zero at first.
  /// - Throws: ``BatchError`` `.unknownColumn`, `.wrongType`, or `.lengthMismatch` for a column whose rows have no fixed
  ///   length; what `body` throws.
  public mutating func withElements<T: BitwiseCopyable, R>(
    _ name: String, as type: T.Type, _ body: (inout MutableSpan<T>) throws -> R
  ) throws -> R {
    let column = try number(of: name, type)
    guard !schema.columns[column].isRagged, !schema.columns[column].isPadded else {
      throw mismatch(name, "a column of fixed rows", "one whose rows differ in length")
    }
    if !isWritten[column] {
      isWritten[column] = true
      assembly.fill(column, with: RawSpan())
    }
    return try assembly.withValues(of: column, as: type, body)
  }

  /// Gives a ragged column its rows' lengths in elements, then calls `body` with the rows' elements back to back, zero at
  /// first.
  /// - Throws: ``BatchError`` `.unknownColumn`, `.wrongType`, `.lengthMismatch`, `.outOfMemory`; what `body` throws.
  public mutating func withElements<T: BitwiseCopyable, R>(
    _ name: String, as type: T.Type, rowLengths: Span<Int64>, _ body: (inout MutableSpan<T>) throws -> R
  ) throws -> R {
    let column = try number(of: name, type)
    guard schema.columns[column].isRagged, rowLengths.count == rowCount, !isWritten[column] else {
      throw mismatch(
        name, "\(rowCount) lengths of a ragged column, once",
        isWritten[column] ? "a column that is written" : "\(rowLengths.count) lengths")
    }
    isWritten[column] = true
    for row in rowLengths.indices { assembly.lengths(of: column)[row] = rowLengths[row] }
    try assembly.placeRaggedValues(of: column)
    assembly.fill(column, with: RawSpan())
    return try assembly.withValues(of: column, as: type, body)
  }

  /// Sets the rows of a ragged column from arrays; the form for few rows.
  /// - Throws: ``BatchError`` `.unknownColumn`, `.wrongType`, `.lengthMismatch`, `.outOfMemory`.
  public mutating func set<T: BitwiseCopyable>(_ name: String, toRows rows: [[T]]) throws {
    let lengths = rows.map { Int64($0.count) }
    try withElements(name, as: T.self, rowLengths: lengths.span) { elements in
      var next = 0
      for row in rows {
        for element in row {
          elements[next] = element
          next += 1
        }
      }
    }
  }

  /// Copies a column of a batch with as many rows to the column of that name, or of the one given, as it is.
  /// - Throws: ``BatchError`` `.unknownColumn`, `.wrongType` when type or form differ, `.lengthMismatch`, `.outOfMemory`.
  public mutating func copy(_ source: Column, to name: String? = nil) throws(BatchError) {
    let name = name ?? source.name
    guard let column = schema.index(of: name) else { throw unknown(name) }
    let target = schema.columns[column]
    let form = source.batch.schema.columns[source.index]
    guard target.dtype == form.dtype, target.isPadded == form.isPadded, target.rowShape == form.rowShape else {
      throw BatchError(
        .wrongType, column: name, expected: "a column of the form \(target)", found: "\(form)",
        remedy: "declare the column as it is in the batch")
    }
    guard source.rowCount == rowCount, !isWritten[column] || !target.isRagged && !target.isPadded else {
      throw mismatch(name, "\(rowCount) rows, once", "\(source.rowCount) rows")
    }
    isWritten[column] = true
    try assembly.copy(source, to: column)
  }

  /// Sets all rows of a fixed column from their bytes in C order.
  /// - Throws: ``BatchError`` `.unknownColumn`, `.lengthMismatch`.
  public mutating func setBytes(of name: String, _ bytes: RawSpan) throws(BatchError) {
    guard let column = schema.index(of: name) else { throw unknown(name) }
    let byteCount = schema.rowByteCounts[column] * rowCount
    guard !schema.columns[column].isRagged, !schema.columns[column].isPadded, bytes.byteCount == byteCount else {
      throw mismatch(name, "\(byteCount) bytes of a column of fixed rows", "\(bytes.byteCount) bytes")
    }
    isWritten[column] = true
    assembly.fill(column, with: bytes)
  }

  /// - Throws: ``BatchError`` `.outOfMemory`.
  package consuming func finish(_ position: BatchPosition) throws(BatchError) -> Batch {
    for column in isWritten.indices where !isWritten[column] { try assembly.clear(column) }
    return assembly.finish(position)
  }

  private func clearSampleIDs() { for row in 0..<rowCount { assembly.sampleIDs[row] = -1 } }

  private func number<T: BitwiseCopyable>(of name: String, _ type: T.Type) throws(BatchError) -> Int {
    guard let column = schema.index(of: name) else { throw unknown(name) }
    guard schema.columns[column].dtype.matches(type) else {
      throw BatchError(
        .wrongType, column: name, expected: "the Swift type of \(schema.columns[column].dtype)", found: "\(type)",
        remedy: "write elements of the type that matches")
    }
    return column
  }

  private func unknown(_ name: String) -> BatchError {
    BatchError(
      .unknownColumn, column: name, expected: "one of \(schema.columns.map(\.name))", found: "no such column",
      remedy: "declare it in the transform's schema")
  }

  private func mismatch(_ column: String?, _ expected: String, _ found: String) -> BatchError {
    BatchError(
      .lengthMismatch, column: column, expected: expected, found: found, remedy: "write each row of the batch once")
  }
}
