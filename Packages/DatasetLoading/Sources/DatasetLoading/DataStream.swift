import SampleOrder
public import ShardCaching

/// A data set, or a part of a mixture: where it lies, where it is cached and how much of it an epoch takes.
///
/// Upstream's `Stream`, under a name that Foundation does not have.
public struct DataStream: Sendable, Hashable {
  /// The address of the directory with `index.json`: `s3://…`, a path, or any registered scheme. Nil: ``local`` has it all.
  public var remote: String?
  /// The directory that caches the shards, made when absent. Nil: one below the directory for temporary files, chosen
  /// by the address, so that the next run finds it again.
  public var local: String?
  /// A sub-directory of both.
  public var split: String?
  /// The share of the epoch relative to the other streams'; at most one of the three may be given.
  public var proportion: Double?
  /// The multiple of the stream that an epoch takes.
  public var repeating: Double?
  /// The number of samples that an epoch takes.
  public var choose: Int?
  /// Settings of the cache other than the data set's.
  public var cache: CacheOptions?

  /// Describes a stream; nothing is checked or opened yet.
  public init(
    remote: String? = nil, local: String? = nil, split: String? = nil, proportion: Double? = nil,
    repeating: Double? = nil, choose: Int? = nil, cache: CacheOptions? = nil
  ) {
    self.remote = remote
    self.local = local
    self.split = split
    self.proportion = proportion
    self.repeating = repeating
    self.choose = choose
    self.cache = cache
  }

  func weight() throws(LoadingError) -> StreamWeight {
    do throws(ConfigurationError) {
      return try StreamWeight(proportion: proportion, repeating: repeating, choose: choose)
    } catch {
      throw LoadingError(.configuration, cause: error)
    }
  }
}
