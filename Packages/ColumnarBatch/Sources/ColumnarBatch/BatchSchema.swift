/// Name, type and shape of one column of a batch.
public struct ColumnSchema: Sendable, Hashable {
  public let name: String
  public let dtype: DType
  /// The extents of one row, without the batch's own: `[]` for a number, `[3, 4]` for a matrix; nil when rows
  /// differ.
  public let rowShape: [Int]?

  /// A column whose rows all have `rowShape`, in C order.
  public static func fixed(_ name: String, _ dtype: DType, rowShape: [Int] = []) -> ColumnSchema {
    ColumnSchema(name: name, dtype: dtype, rowShape: rowShape)
  }

  /// A column whose rows differ in length: values back to back and one offset more than rows.
  public static func ragged(_ name: String, _ dtype: DType) -> ColumnSchema {
    ColumnSchema(name: name, dtype: dtype, rowShape: nil)
  }

  public var isRagged: Bool { rowShape == nil }
}

/// The columns of a batch, in order; made once and shared by all batches.
///
/// Loops address columns by number, names are resolved once with ``index(of:)``.
public final class BatchSchema: Sendable {
  public let columns: [ColumnSchema]
  /// Bytes of one row of each column; 0 for ragged columns.
  package let rowByteCounts: [Int]
  /// The numbers of the ragged columns, ascending.
  package let raggedColumns: [Int]
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
      rowByteCounts.append(column.isRagged ? 0 : byteCount)
    }
    self.columns = columns
    self.rowByteCounts = rowByteCounts
    self.raggedColumns = columns.indices.filter { columns[$0].isRagged }
    self.indices = indices
  }

  /// A schema without columns.
  static let empty = BatchSchema()

  private init() {
    columns = []
    rowByteCounts = []
    raggedColumns = []
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
