public import ShardCompression

/// What the shards of one writer have in common: format, columns and options.
public struct ShardSchema: Sendable, Hashable {
  public var format: ShardFormatName
  /// The columns in the order of the index, which is the order of their bytes in a sample.
  public var columns: [ColumnSpec]
  public var compression: Codec?
  /// The names of the hashes that the writer computed, as they stand in the index.
  public var hashes: [String]
  /// The writer's limit for a shard in bytes, nil for none.
  public var sizeLimit: Int?
  /// What ends a line; only in the text formats.
  public var newline: String?
  /// What stands between two columns; only in `xsv`, the index has none for `csv` and `tsv`.
  public var separator: String?

  public init(
    format: ShardFormatName, columns: [ColumnSpec], compression: Codec? = nil, hashes: [String] = [],
    sizeLimit: Int? = nil, newline: String? = nil, separator: String? = nil
  ) {
    self.format = format
    self.columns = columns
    self.compression = compression
    self.hashes = hashes
    self.sizeLimit = sizeLimit
    self.newline = newline
    self.separator = separator
  }

  /// The first column whose encoding runs code when Python reads it (`pkl`), nil when there is none.
  public var unsafeColumn: ColumnSpec? { columns.first { $0.encoding == .pkl } }
}
