import ColumnarBatch
import ShardFormats

/// Which columns of a data set a loader's batches have, and how they hold them.
struct ColumnSelection: Sendable {
  /// For each column of a batch, its number among the data set's columns.
  let sources: [Int]
  let batch: BatchSchema
  /// Columns that a batch holds in another form than a shard, ascending.
  let shapings: [ColumnShaping]
  /// For each column of a batch, how its arrays are stored, where they lose what stands before their elements.
  let arrays: [NDArrayLayout?]

  /// - Parameter wanted: the batch's columns in their order; nil for all, as they are stored.
  /// - Throws: ``LoadingError`` `.configuration` for a name that no column has, or that occurs twice, and for a type or a
  ///   padding that does not suit.
  init(_ wanted: [LoaderColumn]?, of schema: DatasetSchema) throws(LoadingError) {
    guard let wanted else {
      sources = Array(schema.columns.indices)
      batch = schema.batch
      shapings = []
      arrays = []
      return
    }
    var sources: [Int] = []
    var columns: [ColumnSchema] = []
    var arrays: [NDArrayLayout?] = []
    for column in wanted {
      guard let source = schema.batch.index(of: column.name) else {
        let names = schema.columns.prefix(20).map(\.name).joined(separator: ", ")
        throw LoadingError(
          .configuration, column: column.name, expected: "one of \(names)", found: "no such column",
          remedy: "name columns of the data set; `streaming inspect` lists them")
      }
      sources.append(source)
      let (shaped, array) = try Self.shaped(column, schema.batch.columns[source], schema.columns[source].encoding)
      columns.append(shaped)
      arrays.append(array)
    }
    self.sources = sources
    self.arrays = arrays
    do throws(BatchError) {
      let batch = try BatchSchema(columns)
      var shapings: [ColumnShaping] = []
      for number in columns.indices where columns[number] != schema.batch.columns[sources[number]] {
        shapings.append(try ColumnShaping(column: number, of: batch, padding: wanted[number].padding))
      }
      self.batch = batch
      self.shapings = shapings
    } catch {
      throw LoadingError(.configuration, column: error.column, cause: error)
    }
  }

  private static func shaped(
    _ wanted: LoaderColumn, _ stored: ColumnSchema, _ encoding: Encoding
  ) throws(LoadingError) -> (ColumnSchema, NDArrayLayout?) {
    func refuse(_ expected: String, _ found: String, _ remedy: String) -> LoadingError {
      LoadingError(.configuration, column: wanted.name, expected: expected, found: found, remedy: remedy)
    }
    guard stored.isRagged else {
      guard wanted.padding == nil, wanted.elementType ?? stored.dtype == stored.dtype else {
        throw refuse(
          "neither padding nor another type", "a column of \(stored.dtype), all rows of one length",
          "name the column alone")
      }
      return (stored, nil)
    }
    var dtype = wanted.elementType ?? stored.dtype
    var array: NDArrayLayout?
    if case .ndarray(let layout) = encoding, wanted.elementType != nil || wanted.padding != nil {
      array = layout
      let type = layout.type.map(DatasetSchema.dtype)
      guard let named = wanted.elementType ?? type else {
        throw refuse("the type of the elements", "arrays that tell it one by one", "name it with `as:`")
      }
      if let type, named != type { throw refuse("\(type), as the arrays are stored", "\(named)", "ask for that type") }
      dtype = named
    } else if stored.dtype == .string, dtype.itemByteCount > 1 {
      throw refuse("text", "\(dtype)", "ask for string, bytes or uint8")
    }
    guard let padding = wanted.padding else { return (.ragged(wanted.name, dtype), array) }
    if case .fixed(let length) = padding.length { return (.padded(wanted.name, dtype, length: length), array) }
    return (.padded(wanted.name, dtype), array)
  }

  /// The bytes before an array's elements.
  /// - Throws: `ShardError` when it is not stored as its column says.
  func headerByteCount(_ column: Int, _ bytes: RawSpan) throws(ShardError) -> Int {
    guard !arrays.isEmpty, let layout = arrays[column] else { return 0 }
    if let header = layout.header(of: bytes), DatasetSchema.dtype(header.type) == batch.columns[column].dtype {
      return header.byteCount
    }
    // Throws what is wrong, unless it is the type alone.
    let type = try NDArrayView(bytes, layout: layout).type
    throw ShardError(
      .wrongType, column: batch.columns[column].name, expected: "an array of \(batch.columns[column].dtype)",
      found: "one of \(type.name)", remedy: "ask for that type, or for the stored bytes")
  }
}
