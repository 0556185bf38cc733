/// Name, type and shape of one column of a batch.
public struct ColumnSchema: Sendable, Hashable {
  public let name: String
  public let dtype: DType
  /// The extents of one row, without the batch's own: `[]` for a number, `[3, 4]` for a matrix; nil when rows
  /// differ, or when their common length differs from batch to batch.
  public let rowShape: [Int]?
  /// Whether rows of different length were padded to the same length; the batch knows each row's own.
  public let isPadded: Bool

  /// A column whose rows all have `rowShape`, in C order.
  public static func fixed(_ name: String, _ dtype: DType, rowShape: [Int] = []) -> ColumnSchema {
    ColumnSchema(name: name, dtype: dtype, rowShape: rowShape, isPadded: false)
  }

  /// A column whose rows differ in length: values back to back and one offset more than rows.
  public static func ragged(_ name: String, _ dtype: DType) -> ColumnSchema {
    ColumnSchema(name: name, dtype: dtype, rowShape: nil, isPadded: false)
  }

  /// A column whose rows are padded to one length: the given one, or in each batch another when it is nil.
  public static func padded(_ name: String, _ dtype: DType, length: Int? = nil) -> ColumnSchema {
    ColumnSchema(name: name, dtype: dtype, rowShape: length.map { [$0] }, isPadded: true)
  }

  /// Whether the rows lie back to back, each with its own length.
  public var isRagged: Bool { rowShape == nil && !isPadded }
}

/// The columns of a batch, in order; made once and shared by all batches.
///
/// Loops address columns by number, names are resolved once with ``index(of:)``.
public final class BatchSchema: Sendable {
  public let columns: [ColumnSchema]
  /// Bytes of one row of each column; 0 for ragged and padded columns.
  package let rowByteCounts: [Int]
  /// The numbers of the ragged columns, ascending.
  package let raggedColumns: [Int]
  /// The numbers of the columns whose rows come in different lengths: ragged and padded ones, ascending.
  package let variableColumns: [Int]
  private let indices: [String: Int]

  /// - Throws: ``BatchError`` `.unusableSchema` when a name occurs twice, an extent is below 0 or a row's
  ///   size does not fit in `Int`.
  public init(_ columns: [ColumnSchema]) throws(BatchError) {
    var indices: [String: Int] = [:]
    var rowByteCounts: [Int] = []
    for (index, column) in columns.enumerated() {
      guard indices.updateValue(index, forKey: column.name) == nil else {
        throw BatchError(
          .unusableSchema, column: column.name, expected: "each name once", found: "it twice",
          remedy: "rename one of the two columns")
      }
      var byteCount = column.dtype.itemByteCount
      for extent in column.rowShape ?? [] {
        let (product, overflow) = byteCount.multipliedReportingOverflow(by: extent)
        guard extent >= 0, !overflow else {
          throw BatchError(
            .unusableSchema, column: column.name, expected: "extents of at least 0 whose product fits in Int",
            found: "\(column.rowShape ?? [])", remedy: "give the shape of one row")
        }
        byteCount = product
      }
      rowByteCounts.append(column.isRagged || column.isPadded ? 0 : byteCount)
    }
    self.columns = columns
    self.rowByteCounts = rowByteCounts
    self.raggedColumns = columns.indices.filter { columns[$0].isRagged }
    self.variableColumns = columns.indices.filter { columns[$0].isRagged || columns[$0].isPadded }
    self.indices = indices
  }

  /// A schema without columns.
  static let empty = BatchSchema()

  private init() {
    columns = []
    rowByteCounts = []
    raggedColumns = []
    variableColumns = []
    indices = [:]
  }

  /// The number of the column of that name, nil when there is none.
  public func index(of name: String) -> Int? { indices[name] }
}

extension BatchSchema: Equatable {
  public static func == (left: BatchSchema, right: BatchSchema) -> Bool {
    left === right || left.columns == right.columns
  }
}
