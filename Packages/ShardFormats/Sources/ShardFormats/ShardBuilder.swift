/// Collects samples into shards and splits where upstream splits (`base/format/base/writer.py`, `Writer.write`).
///
/// A shard is full when the next sample would take its counted size above the limit. Counted are, for MDS, exactly the
/// file's bytes; for the text formats the lines only, not the header and not the file of offsets. Compression plays no part.
/// A sample that alone exceeds the limit gets a shard of its own; as in upstream, when it is the very first, or follows
/// nothing in its shard, an empty shard is made before it.
public struct ShardBuilder<Format: ShardFormat>: Sendable {
  public let format: Format
  private let limit: Int?
  private var samples = EncodedSamples()
  private var scratch: [UInt8] = []
  private var countedBytes: Int

  /// Begins with no sample. The limit is the format's `sizeLimit`; 0 means none.
  public init(format: Format) {
    self.format = format
    limit = format.schema.sizeLimit == 0 ? nil : format.schema.sizeLimit
    countedBytes = format.emptyByteCount
  }

  /// The samples of the shard that is being collected.
  public var sampleCount: Int { samples.count }
  /// Their bytes as counted against the limit.
  public var byteCount: Int { countedBytes }

  /// Adds a sample.
  /// - Returns: the shard that was full, without this sample; nil when the sample went into the current one.
  /// - Throws: ``ShardError`` as ``ShardFormat/encode(_:into:)``; the sample is not added then, the builder stays usable.
  public mutating func add(_ sample: [String: ColumnValue]) throws(ShardError) -> ShardFiles? {
    scratch.removeAll(keepingCapacity: true)
    try format.encode(sample, into: &scratch)
    return try add(encoded: scratch)
  }

  /// Adds a sample that is encoded already, by this format or by an equal one: its bytes in another shard of the same
  /// columns, with the line's end in the text formats. They are not looked at.
  /// - Returns: as ``add(_:)``.
  package mutating func add(encoded sample: [UInt8]) throws(ShardError) -> ShardFiles? {
    let cost = sample.count + format.sampleOverhead
    var full: ShardFiles?
    if let limit, limit < countedBytes + cost { full = try flush() }
    samples.bytes.append(contentsOf: sample)
    samples.ends.append(samples.bytes.count)
    countedBytes += cost
    return full
  }

  /// The last shard; nil when no sample was added since the one before. The builder is empty afterwards.
  public mutating func finish() throws(ShardError) -> ShardFiles? { samples.count == 0 ? nil : try flush() }

  private mutating func flush() throws(ShardError) -> ShardFiles {
    let full = samples
    samples = EncodedSamples()
    samples.bytes.reserveCapacity(full.bytes.count)
    countedBytes = format.emptyByteCount
    return try format.assemble(full)
  }
}
