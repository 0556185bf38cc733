import BinaryIO

/// Makes a batch from values of your own: for sources that aren't a loader, for transforms, for tests.
///
/// Allocates a buffer per batch, unlike a loader, whose buffers go round a ring.
public struct BatchBuilder: ~Copyable {
  private let schema: BatchSchema
  private let rowCount: Int
  private var columns: [[UInt8]]
  private var lengths: [[Int64]]
  private var sampleIDs: [Int64]

  /// Starts a batch of `rowCount` ≥ 0 rows, all zero or empty until set; sample ids are the row numbers.
  public init(_ schema: BatchSchema, rowCount: Int) {
    self.schema = schema
    self.rowCount = max(rowCount, 0)
    columns = schema.columns.map { _ in [] }
    lengths = schema.columns.map { _ in [] }
    sampleIDs = (0..<Int64(max(rowCount, 0))).map { $0 }
  }

  /// Sets the samples' numbers in their epoch, one per row.
  /// - Throws: ``BatchError`` `.lengthMismatch`.
  public mutating func setSampleIDs(_ ids: [Int64]) throws(BatchError) {
    guard ids.count == rowCount else { throw mismatch(nil, "\(rowCount) sample ids", "\(ids.count)") }
    sampleIDs = ids
  }

  /// Sets all rows of a fixed column, back to back in C order.
  /// - Throws: ``BatchError`` `.unknownColumn`, `.wrongType`, `.lengthMismatch`.
  public mutating func set<T: BitwiseCopyable>(_ name: String, to values: [T]) throws(BatchError) {
    let column = try index(of: name, T.self)
    let byteCount = values.count * MemoryLayout<T>.stride
    let expected = schema.rowByteCounts[column] * rowCount
    guard !schema.columns[column].isRagged, byteCount == expected else {
      let found =
        schema.columns[column].isRagged ? "\(values.count) elements for ragged rows" : "\(byteCount) bytes"
      throw mismatch(name, "\(expected) bytes for \(rowCount) fixed rows", found)
    }
    columns[column] = values.span.bytes.copied()
  }

  /// Sets all rows of a ragged column.
  /// - Throws: ``BatchError`` `.unknownColumn`, `.wrongType`, `.lengthMismatch`.
  public mutating func set<T: BitwiseCopyable>(_ name: String, toRows rows: [[T]]) throws(BatchError) {
    let column = try index(of: name, T.self)
    guard schema.columns[column].isRagged, rows.count == rowCount else {
      throw mismatch(name, "\(rowCount) rows of a ragged column", "\(rows.count) rows")
    }
    lengths[column] = rows.map { Int64($0.count) }
    columns[column] = rows.flatMap { row in row.span.bytes.copied() }
  }

  /// Sets all rows of a `string` column.
  /// - Throws: ``BatchError`` `.unknownColumn`, `.wrongType`, `.lengthMismatch`.
  public mutating func set(_ name: String, toText rows: [String]) throws(BatchError) {
    try set(name, toRows: rows.map { [UInt8]($0.utf8) })
  }

  /// Copies the values into one allocation and makes the batch.
  /// - Throws: ``BatchError`` `.outOfMemory`.
  public consuming func finish(
    _ position: BatchPosition, allocator: any BufferAllocator = HostAllocator.shared
  ) throws(BatchError) -> Batch {
    let ring = BufferRing(bufferCount: 1, allocator: allocator)
    guard var assembly = ring.tryAcquire() else { throw BatchBuffer.tooLarge() }
    // The batch takes its buffer with it: closed, the ring keeps nothing when the buffer comes back.
    ring.close()
    try assembly.begin(schema, rowCount: rowCount)
    for column in schema.raggedColumns {
      let target = assembly.lengths(of: column)
      for row in 0..<rowCount { target[row] = lengths[column].isEmpty ? 0 : lengths[column][row] }
    }
    try assembly.placeRaggedValues()
    for row in 0..<rowCount { assembly.sampleIDs[row] = sampleIDs[row] }
    for (column, values) in columns.enumerated() { assembly.fill(column, with: values.span.bytes) }
    return assembly.finish(position)
  }

  private func index<T: BitwiseCopyable>(of name: String, _ type: T.Type) throws(BatchError) -> Int {
    guard let index = schema.index(of: name) else {
      throw BatchError(
        .unknownColumn, column: name, expected: "one of \(schema.columns.map(\.name))",
        found: "no such column",
        remedy: "use a name of that list")
    }
    guard schema.columns[index].dtype.matches(type) else {
      throw BatchError(
        .wrongType, column: name, expected: "the Swift type of \(schema.columns[index].dtype)",
        found: "\(type)",
        remedy: "give values of the type that matches")
    }
    return index
  }

  private func mismatch(_ column: String?, _ expected: String, _ found: String) -> BatchError {
    BatchError(
      .lengthMismatch, column: column, expected: expected, found: found, remedy: "give one value for each row"
    )
  }
}
