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
  /// Appends a sample's bytes. Columns that the format does not have are ignored, as upstream does.
  /// - Throws: ``ShardError`` `.noSuchColumn` for a missing column, `.wrongType`, `.tooLarge`; nothing is appended then.
  func encode(_ sample: [String: ColumnValue], into output: inout [UInt8]) throws(ShardError)
  /// Lays out the files of a shard.
  /// - Throws: ``ShardError`` `.tooLarge` when offsets do not fit 32 bits.
  func assemble(_ samples: consuming EncodedSamples) throws(ShardError) -> ShardFiles
}

extension ShardFormat {
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

/// The samples of a shard to be, already encoded, one after another.
public struct EncodedSamples: Sendable {
  /// All samples' bytes.
  public var bytes: [UInt8] = []
  /// Where each sample ends in ``bytes``; ascending.
  public var ends: [Int] = []

  public init() {}
  public var count: Int { ends.count }
}

/// A shard's files before compression.
///
/// The data file comes in two parts, the head and the samples, so that the samples need not be copied behind the head.
public struct ShardFiles: Sendable {
  public var sampleCount: Int
  /// The start of the data file: MDS's count, offsets and configuration; the header line of CSV; empty for JSON lines.
  public var head: [UInt8]
  /// The rest of the data file.
  public var body: [UInt8]
  /// The file of offsets, in the text formats.
  public var meta: [UInt8]?

  public init(sampleCount: Int, head: [UInt8], body: [UInt8], meta: [UInt8]? = nil) {
    self.sampleCount = sampleCount
    self.head = head
    self.body = body
    self.meta = meta
  }

  /// The data file as a whole; copies.
  public var data: [UInt8] { head + body }
  public var dataByteCount: Int { head.count + body.count }
}
