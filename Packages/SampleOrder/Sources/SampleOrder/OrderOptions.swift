/// Every setting that the order of samples depends on besides the data set and the world, with upstream's defaults.
public struct OrderOptions: Sendable, Hashable {
  /// Samples per batch of one rank; upstream's `batch_size`. Must be set before an epoch is planned.
  public var batchSize: Int?
  /// Whether samples are shuffled at all; upstream's `shuffle`.
  public var isShuffled = false
  /// The algorithm if they are; upstream's `shuffle_algo`. It also decides the default of ``canonicalNodes``.
  public var shuffleAlgorithm = ShuffleAlgorithm.py1e
  /// Upstream's `shuffle_seed`.
  public var seed: ShuffleSeed = 9176
  /// Samples over which a shard is spread; upstream's `shuffle_block_size`. Nil: max(4,000,000 / canonical nodes, 2^18).
  public var blockSize: Int?
  /// Upstream's `num_canonical_nodes`. Nil or 0: the nodes at the start, 64 times as many for py1s and py2s.
  public var canonicalNodes: Int?
  /// Upstream's `partition_algo`.
  public var partition = PartitionAlgorithm.relaxed
  /// Upstream's `batching_method`.
  public var batching = BatchingMethod.random
  /// Upstream's `sampling_method`.
  public var sampling = SamplingMethod.balanced
  /// Samples drawn at a time from one shard; upstream's `sampling_granularity`.
  public var samplingGranularity = 1
  /// Samples per epoch when streams are weighted by proportion; upstream's `epoch_size`. Nil or 0: all.
  public var epochSize: Int?
  /// Adjacent ranks that receive the same samples; upstream's `replication`.
  public var replication: Int?
  /// Delivers each sample of the epoch exactly once, for measuring instead of training; not upstream's.
  ///
  /// Where ranks would otherwise repeat samples to become equally long, they get -1; all have equally many batches. Only
  /// with ``BatchingMethod/random``.
  public var isEvaluation = false

  public init(batchSize: Int? = nil) { self.batchSize = batchSize }

  /// The algorithm in force, `.none` without shuffling.
  public var shuffle: ShuffleAlgorithm {
    get { isShuffled ? shuffleAlgorithm : .none }
    set {
      isShuffled = newValue != .none
      if newValue != .none { shuffleAlgorithm = newValue }
    }
  }

  /// Whether the epoch's number is part of the sampling's seed.
  var changesSeedByEpoch: Bool { isShuffled && sampling == .balanced }

  /// Checks what upstream checks on construction.
  func validate() throws(ConfigurationError) {
    guard samplingGranularity >= 1 else {
      throw .outOfRange("sampling_granularity", expected: "a positive integer", found: samplingGranularity)
    }
    if let epochSize, epochSize < 0 {
      throw .outOfRange("epoch_size", expected: "a non-negative integer", found: epochSize)
    }
    if let canonicalNodes, canonicalNodes < 0 {
      throw .outOfRange("num_canonical_nodes", expected: "a positive integer", found: canonicalNodes)
    }
    if let blockSize, blockSize < 0 {
      throw .outOfRange("shuffle_block_size", expected: "a positive integer", found: blockSize)
    }
  }

  /// The batch size, which must be there once an epoch starts.
  func requiredBatchSize() throws(ConfigurationError) -> Int {
    guard let batchSize else {
      throw ConfigurationError(
        .missing, parameter: "batch_size", expected: "the number of samples per batch of each rank", found: "nothing",
        remedy: "Set batch_size; the order of samples depends on it")
    }
    guard batchSize >= 1, batchSize <= 1 << 40 else {
      throw .outOfRange("batch_size", expected: "a positive integer", found: batchSize)
    }
    return batchSize
  }
}
