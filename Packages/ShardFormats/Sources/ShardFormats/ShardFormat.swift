public import ShardCompression
public import ShardHashing

/// Options of a writer that shards carry in themselves and in the index.
public struct ShardSettings: Sendable, Hashable {
  public var compression: Codec?
  /// Hashes to compute, sorted by name.
  public var hashes: [HashAlgorithm]
  /// The limit of a shard in bytes; nil or 0 for none. ``ShardBuilder`` tells how it is counted.
  public var sizeLimit: Int?

  /// - Parameter sizeLimit: 64 MiB, as upstream.
  public init(compression: Codec? = nil, hashes: [HashAlgorithm] = [], sizeLimit: Int? = 1 << 26) {
    self.compression = compression
    self.hashes = hashes
    self.sizeLimit = sizeLimit
  }
}

/// A shard format with its columns and options, as a writer uses it: encodes samples, lays out a shard's files.
///
/// Immutable; any thread may encode with it.
public protocol ShardFormat: Sendable {
  /// Format, columns sorted by name, options.
  var schema: ShardSchema { get }
  /// The bytes that a shard without samples counts against the limit.
  var emptyByteCount: Int { get }
  /// The bytes that each sample counts beside its own.
  var sampleOverhead: Int { get }
  /// Appends a sample's bytes.
  /// - Parameter values: one for each column of the schema, in its order.
  /// - Throws: ``ShardError`` `.noSuchColumn` when they are fewer or more, `.wrongType`, `.tooLarge`; nothing is appended
  ///   then.
  func encode(_ values: [ColumnValue], into output: inout [UInt8]) throws(ShardError)
  /// Lays out what a shard has beside its samples.
  /// - Parameter ends: where each sample ends, counted from the first one's start; ascending.
  /// - Throws: ``ShardError`` `.tooLarge` when offsets do not fit 32 bits.
  func frame(_ ends: [Int]) throws(ShardError) -> ShardFrame
}

extension ShardFormat {
  /// Appends a sample's bytes, its values by column name; others than the format's columns are ignored.
  /// - Throws: ``ShardError`` `.noSuchColumn` for a missing column, else as the form by position.
  public func encode(_ sample: [String: ColumnValue], into output: inout [UInt8]) throws(ShardError) {
    var row: [ColumnValue] = []
    try schema.arrange(sample, into: &row)
    try encode(row, into: &output)
  }

  /// Describes a shard of this format for the index.
  public func info(
    sampleCount: Int, rawData: FileInfo, zipData: FileInfo? = nil, rawMeta: FileInfo? = nil,
    zipMeta: FileInfo? = nil
  ) -> ShardInfo {
    ShardInfo(
      schema: schema, sampleCount: sampleCount, rawData: rawData, zipData: zipData, rawMeta: rawMeta,
      zipMeta: zipMeta)
  }
}

extension ShardSchema {
  /// Appends a sample's values in the order of the columns.
  /// - Throws: ``ShardError`` `.noSuchColumn` for a missing column.
  func arrange(_ sample: [String: ColumnValue], into row: inout [ColumnValue]) throws(ShardError) {
    for column in columns {
      guard let value = sample[column.name] else {
        throw ShardError(
          .noSuchColumn, column: column.name, expected: "a value", found: "none",
          remedy: "give every sample a value for each column")
      }
      row.append(value)
    }
  }

  /// - Throws: ``ShardError`` `.noSuchColumn` unless there is a value for each column.
  package func requireValues(_ count: Int) throws(ShardError) {
    guard count != columns.count else { return }
    throw ShardError(
      .noSuchColumn, column: count < columns.count ? columns[count].name : nil,
      expected: "\(columns.count) values, one for each column", found: "\(count)",
      remedy: "give the values in the order of the schema's columns, which are sorted by name")
  }
}
