/// How much of a stream an epoch takes.
public enum StreamWeight: Sendable, Hashable {
  /// Each sample once.
  case unspecified
  /// A share of the epoch relative to the other streams' (all must have one); need not sum to 1.
  case proportion(Double)
  /// This multiple of the stream.
  case repeating(Double)
  /// This number of samples.
  case choose(Int)

  /// The weight for upstream's three arguments, of which at most one may be given.
  /// - Throws: ``ConfigurationError`` `.conflicting` for more than one, `.outOfRange` for a negative one.
  public init(proportion: Double? = nil, repeating: Double? = nil, choose: Int? = nil) throws(ConfigurationError) {
    if let proportion, !(proportion >= 0) {
      throw .outOfRange("proportion", expected: "a non-negative number", found: proportion)
    }
    if let repeating, !(repeating >= 0) {
      throw .outOfRange("repeat", expected: "a non-negative number", found: repeating)
    }
    if let choose, choose < 0 { throw .outOfRange("choose", expected: "a non-negative integer", found: choose) }
    switch (proportion, repeating, choose) {
    case (nil, nil, nil): self = .unspecified
    case (let value?, nil, nil): self = .proportion(value)
    case (nil, let value?, nil): self = .repeating(value)
    case (nil, nil, let value?): self = .choose(value)
    default:
      throw ConfigurationError(
        .conflicting, parameter: "stream weights", expected: "at most one of proportion, repeat and choose",
        found: "more than one", remedy: "Keep one of them")
    }
  }
}

/// A stream as the order sees it: how many samples each shard has, and its weight.
public struct StreamShape: Sendable, Hashable {
  public let shardSizes: [Int]
  public let weight: StreamWeight
  public let sampleCount: Int
  /// A hash of what the index says of the stream's shards, for ``RunFingerprint``; nil where there is no index.
  public let contentHash: UInt64?

  /// - Throws: ``ConfigurationError`` `.outOfRange` for a negative shard or more than 2^53 samples,
  ///   `.tooFewSamples` for a stream without samples, which upstream refuses too.
  public init(
    shardSizes: [Int], weight: StreamWeight = .unspecified, contentHash: UInt64? = nil
  ) throws(ConfigurationError) {
    var sum = 0
    for size in shardSizes {
      guard size >= 0, size <= 1 << 53, sum + size <= 1 << 53 else {
        throw .outOfRange("samples of a shard", expected: "between 0 and 2^53 in all", found: size)
      }
      sum += size
    }
    guard sum > 0 else {
      throw ConfigurationError(
        .tooFewSamples, parameter: "stream", expected: "at least one sample", found: "none",
        remedy: "Leave out the stream, or write samples to it")
    }
    self.shardSizes = shardSizes
    self.weight = weight
    self.contentHash = contentHash
    sampleCount = sum
  }
}

/// The sizes of all shards of all streams; sample ids number them stream by stream, shard by shard.
public struct DatasetShape: Sendable, Hashable {
  public let streams: [StreamShape]
  public let sampleCount: Int
  /// The first sample id of each stream, and the end.
  public let streamOffsets: [Int]
  /// The number of each stream's first shard among all, and the end.
  public let shardOffsets: [Int]
  /// Finds the shard of a sample id.
  package let locator: SampleLocator

  /// - Throws: ``ConfigurationError`` `.missing` without streams, `.outOfRange` above 2^53 samples.
  public init(_ streams: [StreamShape]) throws(ConfigurationError) {
    guard !streams.isEmpty else {
      throw ConfigurationError(
        .missing, parameter: "streams", expected: "at least one stream", found: "none", remedy: "Give a stream")
    }
    var samples = [0]
    var shards = [0]
    for stream in streams {
      let sum = samples[samples.count - 1] + stream.sampleCount
      guard sum <= 1 << 53 else { throw .outOfRange("samples", expected: "at most 2^53", found: sum) }
      samples.append(sum)
      shards.append(shards[shards.count - 1] + stream.shardSizes.count)
    }
    self.streams = streams
    streamOffsets = samples
    shardOffsets = shards
    locator = SampleLocator(shardSizes: streams.flatMap(\.shardSizes))
    sampleCount = samples[samples.count - 1]
  }

  /// One stream, each sample once.
  public init(shardSizes: [Int]) throws(ConfigurationError) { try self.init([StreamShape(shardSizes: shardSizes)]) }

  /// The first sample id of each shard of all streams, and the end.
  public var shardStarts: [Int] { locator.starts }

  /// Shards of all streams.
  public var shardCount: Int { shardOffsets[shardOffsets.count - 1] }
}
