public import BinaryIO
public import ObjectStorage
public import ShardCompression
internal import ShardFormats
public import ShardHashing

/// How a writer works. Defaults are upstream's where upstream has the option.
public struct WriterOptions: Sendable {
  /// The compression of shard files; nil for none.
  public var compression: Codec?
  /// The hashes that the index lists for each file; sorted by name.
  public var hashes: [HashAlgorithm] = []
  /// The size at which a shard is full, below 4 GiB; nil or 0 puts everything into one shard.
  public var sizeLimit: ByteCount? = .megabytes(64)
  /// What ends a line, in the text formats.
  public var newline = "\n"
  /// Whether to accept `xz` and `lz4`, which upstream cannot read.
  public var allowsOwnCompressions = false

  /// Whether shards stay in the local directory once they are uploaded. Without a remote they always stay.
  public var keepLocal = false
  /// Whether to delete what the local directory holds, and the remote's index, before the first shard.
  public var replaceExisting = false
  /// Whether to add shards to the data set that is there: its index stays valid until the new one replaces it.
  public var appends = false
  /// Whether to go on where a writer of the same columns and options was killed, if there was one.
  ///
  /// Needs a local directory. Ask ``ShardWriter/durableSampleCount()`` how many samples to leave out.
  public var resumes = false

  /// How to repeat failed requests; nil leaves that to the store as it was opened.
  public var retry: RetryPolicy?
  /// How many finished shards may wait for compression, disk and network at once.
  public var concurrentShards = 8
  /// How many bytes these may hold in memory; one shard is always let through.
  public var memoryLimit: ByteCount = .megabytes(512)
  /// Whether local files reach the device before they count, which survives a power failure and not only a killed process.
  public var synchronizes = false
  /// Told after each shard that is safe, from any thread, one call at a time.
  public var progress: (@Sendable (WritingProgress) -> Void)?

  /// The defaults.
  public init() {}
}

extension WriterOptions {
  /// What goes into the shards and the index.
  var settings: ShardSettings {
    let limit = sizeLimit?.value
    return ShardSettings(compression: compression, hashes: hashes, sizeLimit: limit == 0 ? nil : limit)
  }
}

/// How far a writer is.
public struct WritingProgress: Sendable, Hashable {
  /// Samples in safe shards, those that a resumed writer found included.
  public var sampleCount = 0
  /// Shards that are where they belong, confirmed.
  public var shardCount = 0
  /// Bytes of these shards before compression.
  public var rawByteCount = 0
  /// Bytes of their files.
  public var storedByteCount = 0
  /// Whether the index is written: the last call.
  public var isFinished = false
}
