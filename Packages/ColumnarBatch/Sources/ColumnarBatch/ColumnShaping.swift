/// What happens to a column's stored bytes, row by row, on their way into a batch.
package struct ColumnShaping: Sendable {
  /// The column's number in the batch.
  package let column: Int
  package let padding: Padding?
  /// One padding element.
  let paddingBits: UInt64

  /// - Throws: ``BatchError`` `.unusableSchema` when the padding does not suit the column.
  package init(column: Int, of schema: BatchSchema, padding: Padding?) throws(BatchError) {
    self.column = column
    self.padding = padding
    let target = schema.columns[column]
    paddingBits = try padding?.bits(of: target.dtype, column: target.name) ?? 0
  }
}
