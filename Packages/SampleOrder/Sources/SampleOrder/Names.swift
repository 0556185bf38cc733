/// A named choice among upstream's algorithms.
protocol NamedAlgorithm: RawRepresentable<String>, CaseIterable {
  static var parameter: String { get }
}

extension NamedAlgorithm {
  static func parse(_ name: String) throws(ConfigurationError) -> Self {
    if let known = Self(rawValue: name) { return known }
    let names = allCases.map(\.rawValue).joined(separator: ", ")
    throw ConfigurationError(
      .unknownName, parameter: parameter, expected: "one of \(names)", found: "'\(name)'",
      remedy: name == "py1b" ? "Use py1br, which replaced py1b" : "Choose one of these names")
  }
}

/// How the samples of an epoch are shuffled.
public enum ShuffleAlgorithm: String, Sendable, Hashable, CaseIterable, NamedAlgorithm {
  /// In the order of the index.
  case none
  /// One permutation of everything, blind to shards.
  case naive
  /// Shards shuffled, samples shuffled in blocks of about the block size.
  case py1br
  /// Each shard's samples spread over about the block size; upstream's default.
  case py1e
  /// Shards and the samples in each piece of a shard shuffled.
  case py1s
  /// As py1s, with the pieces cut after a first shuffle of each shard's samples.
  case py2s
  /// Ours, not upstream's: keyed permutations with py1e's locality; no walk over a generator, any position at once.
  case feistel

  static var parameter: String { "shuffle_algo" }
  /// - Throws: ``ConfigurationError`` `.unknownName`; for `py1b`, which upstream dropped, the remedy names `py1br`.
  public init(parsing name: String) throws(ConfigurationError) { self = try Self.parse(name) }
}

/// How samples are dealt to nodes, ranks and workers.
public enum PartitionAlgorithm: String, Sendable, Hashable, CaseIterable, NamedAlgorithm {
  /// Canonical and physical nodes must divide one another.
  case orig
  /// As `orig` at the start; a resumed run may have any number of nodes that divides the global batch.
  case relaxed

  static var parameter: String { "partition_algo" }
  /// - Throws: ``ConfigurationError`` `.unknownName`.
  public init(parsing name: String) throws(ConfigurationError) { self = try Self.parse(name) }
}

/// How batches are composed when there are several streams.
public enum BatchingMethod: String, Sendable, Hashable, CaseIterable, NamedAlgorithm {
  /// From all streams, as the shuffle has it.
  case random
  /// Each global batch with the streams' proportions.
  case stratified
  /// Each global batch from one stream.
  case perStream = "per_stream"
  /// Each device batch from one stream.
  case devicePerStream = "device_per_stream"

  static var parameter: String { "batching_method" }
  /// - Throws: ``ConfigurationError`` `.unknownName`.
  public init(parsing name: String) throws(ConfigurationError) { self = try Self.parse(name) }
}

/// Whether fractional sampling draws anew each epoch.
public enum SamplingMethod: String, Sendable, Hashable, CaseIterable, NamedAlgorithm {
  case balanced, fixed

  static var parameter: String { "sampling_method" }
  /// - Throws: ``ConfigurationError`` `.unknownName`.
  public init(parsing name: String) throws(ConfigurationError) { self = try Self.parse(name) }
}
