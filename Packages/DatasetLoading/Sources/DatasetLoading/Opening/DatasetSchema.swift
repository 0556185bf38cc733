import ColumnarBatch
import MDSFormat
import ShardFormats

/// The columns of a data set: how they are stored, and how a batch holds them.
///
/// Taken from the first shard; every other shard must agree, which is checked when it is opened.
struct DatasetSchema: Sendable {
  let columns: [ColumnSpec]
  let batch: BatchSchema

  init(_ streams: [OpenStream], allowsUnsafeTypes: Bool) throws(LoadingError) {
    guard let first = streams.first?.index.shards.first else {
      throw LoadingError(
        .index, stream: 0, expected: "at least one shard", found: "none", remedy: "write samples to the data set")
    }
    columns = first.columns
    if !allowsUnsafeTypes { try Self.refusePickles(columns, stream: 0, shard: 0) }
    do throws(BatchError) {
      batch = try BatchSchema(columns.map(Self.column))
    } catch {
      throw LoadingError(.configuration, stream: 0, shard: 0, cause: error)
    }
  }

  /// Checks that a shard can be gathered together with the others.
  /// - Returns: for each column of the data set its number in the shard, nil where the shard has no such column; nil when
  ///   all are as in the first shard.
  func check(
    _ other: [ColumnSpec], stream: Int, shard: Int, allowsUnsafeTypes: Bool, policy: SchemaPolicy
  ) throws(LoadingError) -> [Int?]? {
    if other == columns { return nil }
    if !allowsUnsafeTypes { try Self.refusePickles(other, stream: stream, shard: shard) }
    // Text and binary shards of like columns mix: what counts is how a batch holds them.
    let forms = other.map(Self.column)
    if forms == batch.columns { return nil }
    guard policy == .ignoreOthers else {
      throw LoadingError(
        .schemaMismatch, stream: stream, shard: shard, expected: "the columns of the first shard: \(Self.list(columns))",
        found: Self.list(other), remedy: "convert the streams with the same columns and encodings, or set schemaMismatch if loaders choose columns that all have")
    }
    return batch.columns.map { column in forms.firstIndex(of: column) }
  }

  private static func refusePickles(_ columns: [ColumnSpec], stream: Int, shard: Int) throws(LoadingError) {
    guard let pickle = columns.first(where: { $0.encoding == .pkl }) else { return }
    throw LoadingError(
      .unsafeColumn, stream: stream, shard: shard, column: pickle.name, expected: "no pkl column", found: "one",
      remedy: "set allowsUnsafeTypes to receive its bytes, which are never run, or convert the column")
  }

  private static func list(_ columns: [ColumnSpec]) -> String {
    columns.prefix(20).map { "\($0.name):\($0.encodingName)" }.joined(separator: ", ")
  }

  /// How a batch holds a column: numbers and arrays of fixed shape side by side, everything else as bytes and offsets.
  private static func column(_ spec: ColumnSpec) -> ColumnSchema {
    let place = MDSLayout([spec]).columns[0]
    if let element = place.element { return .fixed(spec.name, dtype(element), rowShape: place.shape) }
    return switch spec.encoding {
    case .float: .fixed(spec.name, .float64)
    case .str, .strInt, .strFloat, .strDecimal, .json: .ragged(spec.name, .string)
    // Of an array whose type or shape stands in each value, `NDArrayView` reads the bytes.
    default:
      if let byteCount = place.fixedByteCount {
        .fixed(spec.name, .uint8, rowShape: [byteCount])
      } else {
        .ragged(spec.name, .bytes)
      }
    }
  }

  static func dtype(_ type: NDArrayType) -> DType {
    switch type {
    case .uint8: .uint8
    case .int8: .int8
    case .uint16: .uint16
    case .int16: .int16
    case .float16: .float16
    case .uint32: .uint32
    case .int32: .int32
    case .float32: .float32
    case .uint64: .uint64
    case .int64: .int64
    case .float64: .float64
    }
  }
}
