import ColumnarBatch
import ShardFormats

/// Which columns of a data set a loader's batches have, and how they hold them.
struct ColumnSelection: Sendable {
  /// For each column of a batch, its number among the data set's columns.
  let sources: [Int]
  let batch: BatchSchema

  /// - Parameter wanted: the batch's columns in their order; nil for all, as they are stored.
  /// - Throws: ``LoadingError`` `.configuration` for a name that no column has, or that occurs twice.
  init(_ wanted: [LoaderColumn]?, of schema: DatasetSchema) throws(LoadingError) {
    guard let wanted else {
      sources = Array(schema.columns.indices)
      batch = schema.batch
      return
    }
    var sources: [Int] = []
    for column in wanted {
      guard let source = schema.batch.index(of: column.name) else {
        let names = schema.columns.prefix(20).map(\.name).joined(separator: ", ")
        throw LoadingError(
          .configuration, column: column.name, expected: "one of \(names)", found: "no such column",
          remedy: "name columns of the data set; `streaming inspect` lists them")
      }
      sources.append(source)
    }
    self.sources = sources
    do throws(BatchError) {
      batch = try BatchSchema(sources.map { schema.batch.columns[$0] })
    } catch {
      throw LoadingError(.configuration, column: error.column, cause: error)
    }
  }
}
