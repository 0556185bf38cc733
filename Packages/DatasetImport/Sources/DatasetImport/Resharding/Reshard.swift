public import DatasetWriting
public import ShardFormats

/// Writes a data set's samples once more: with another size limit, compression, hashes, format or columns.
///
/// Bytes of samples are copied as they are where format and columns are equal, and bytes of columns where their encodings
/// are; what differs is decoded and encoded. The result is what a writer makes of the same samples in one go, and, for a
/// data set of upstream's, what upstream's writer makes. The next shard is fetched and decompressed meanwhile.
///
/// A writer that resumes goes on at the sample after the last that is safe, without reading those before.
/// - Parameter source: nothing of it is changed.
/// - Parameter progress: told the samples that are written, of how many, after each shard of the source.
/// - Returns: the index, as published.
/// - Throws: ``ImportError`` `.badDataset`, `.missingColumn` for a column of the writer that the data set does not have,
///   `.badValue` for a value that its new encoding cannot hold, `.notWritten` with the writer's error as its cause.
@discardableResult
public func reshard<Format: ShardFormat>(
  _ source: DatasetShards, into writer: consuming ShardWriter<Format>,
  progress: (_ sampleCount: Int, _ of: Int) -> Void = { _, _ in }
) async throws(ImportError) -> DatasetIndex {
  do {
    let shards = source.index.shards
    var skipped = try await writer.durableSampleCount()
    let total = source.index.sampleCount
    guard skipped <= total else {
      throw ImportError(
        .shorterThanBefore, file: source.address, expected: "at least the \(skipped) samples that are written already",
        found: "\(total)", remedy: "Resume with the same data set, or begin anew")
    }
    var done = skipped
    var first = 0
    while first < shards.count, skipped >= shards.sampleCounts[first] {
      skipped -= shards.sampleCounts[first]
      first += 1
    }
    var reader = first < shards.count ? try await source.open(first) : nil
    for shard in first..<shards.count {
      guard let current = reader else { break }
      async let next = shard + 1 < shards.count ? source.open(shard + 1) : nil
      let copying = SampleCopying(from: shards.schema(of: shard), to: writer.schema)
      try await copying.copy(current, from: skipped, into: &writer)
      done += current.count - skipped
      skipped = 0
      progress(done, total)
      reader = try await next
      try await source.close(shard)
    }
    return try await writer.finish()
  } catch let error as ImportError {
    throw error
  } catch {
    throw ImportError(
      .notWritten, expected: "the data set to be written", found: "\(error)", remedy: "See the cause", cause: error)
  }
}

extension ImportColumns {
  /// The columns that a data set's samples get in another format, unless the caller names others.
  ///
  /// The same encodings where the format has them. Text has `int` for integers, `float` for floats, `str` for text, numbers
  /// and JSON as text; MDS has `float64` for `float`.
  /// - Throws: ``ImportError`` `.badColumns` for a data set without shards, and for a column that text cannot hold.
  public static func resharding(_ index: DatasetIndex, to format: ShardFormatName) throws(ImportError) -> ImportColumns {
    guard let schema = index.shards.schemas.first else {
      throw ImportError(
        .badColumns, file: index.file, expected: "at least one shard to tell the columns from", found: "none",
        remedy: "say which columns the data set has")
    }
    var columns: [ColumnSpec] = []
    for column in schema.columns {
      let encoding: Encoding
      switch column.encoding {
      case let same where same.isAllowed(in: format): encoding = same
      case .float: encoding = .float64
      case .uint8, .uint16, .uint32, .uint64, .int8, .int16, .int32, .int64, .strInt: encoding = .int
      case .float16, .float32, .float64, .strFloat: encoding = .float
      case .strDecimal, .json: encoding = .str
      default:
        throw ImportError(
          .badColumns, file: index.file, column: column.name, expected: "a column that \(format.rawValue) can hold",
          found: column.encodingName, remedy: "say which columns to take, without this one")
      }
      columns.append(ColumnSpec(name: column.name, encoding: encoding))
    }
    return try ImportColumns(columns)
  }
}
