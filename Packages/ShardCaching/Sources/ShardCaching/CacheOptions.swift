public import ShardHashing

/// How a cache checks and keeps shards.
public struct CacheOptions: Sendable, Hashable {
  /// Which hash of a file is compared with the index.
  public enum HashCheck: Sendable, Hashable {
    /// Every downloaded file, by the cheapest algorithm that the index lists for it; none where it lists none.
    case whenListed
    /// Downloaded and decompressed files by this algorithm, which the index must list: upstream's `validate_hash`.
    case algorithm(HashAlgorithm)
    /// None. Sizes are always compared.
    case never
  }

  /// The hash to compare.
  public var hashCheck = HashCheck.whenListed
  /// Keep a compressed file beside its decompressed form; upstream's `keep_zip`.
  public var keepsCompressed = false
  /// How often a download that arrived damaged (size or hash) is tried in all, at least 1.
  public var attempts = 2
  /// How long to wait for another process that is downloading or decompressing the same shard.
  public var lockTimeout = Duration.seconds(600)

  public init() {}
}
