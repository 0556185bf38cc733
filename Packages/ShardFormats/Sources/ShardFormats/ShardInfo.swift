public import ShardCompression

/// A shard as its index describes it.
public struct ShardInfo: Sendable, Hashable {
  public var schema: ShardSchema
  public var sampleCount: Int
  /// The data file as it is read.
  public var rawData: FileInfo
  /// The compressed data file, when the shard is compressed.
  public var zipData: FileInfo?
  /// The file of offsets, in the text formats.
  public var rawMeta: FileInfo?
  public var zipMeta: FileInfo?

  public init(
    schema: ShardSchema, sampleCount: Int, rawData: FileInfo, zipData: FileInfo? = nil,
    rawMeta: FileInfo? = nil,
    zipMeta: FileInfo? = nil
  ) {
    self.schema = schema
    self.sampleCount = sampleCount
    self.rawData = rawData
    self.zipData = zipData
    self.rawMeta = rawMeta
    self.zipMeta = zipMeta
  }

  public var format: ShardFormatName { schema.format }
  public var columns: [ColumnSpec] { schema.columns }
  public var compression: Codec? { schema.compression }
  /// The names of the hashes that the writer computed.
  public var hashes: [String] { schema.hashes }
  public var sizeLimit: Int? { schema.sizeLimit }
  public var newline: String? { schema.newline }
  public var separator: String? { schema.separator }

  /// The shard's files, each as it is read and as it is stored: the file of offsets first where there is one, then the
  /// data. What is stored is `zip` when it is there, `raw` otherwise.
  public var files: [(raw: FileInfo, zip: FileInfo?)] {
    if let rawMeta { [(rawMeta, zipMeta), (rawData, zipData)] } else { [(rawData, zipData)] }
  }

  /// The bytes of all files as they are read.
  public var rawByteCount: Int { rawData.byteCount + (rawMeta?.byteCount ?? 0) }
  /// The bytes of all files as they are stored.
  public var storedByteCount: Int {
    (zipData ?? rawData).byteCount + ((zipMeta ?? rawMeta)?.byteCount ?? 0)
  }
}
