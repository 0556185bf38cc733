public import ShardHashing

/// How a cache checks and keeps shards; the settings that upstream has per stream.
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
  /// Whether files that are there already are compared too, once per process, when they are opened first.
  public var checksResidents = false
  /// Keep a compressed file beside its decompressed form; upstream's `keep_zip`.
  public var keepsCompressed = false
  /// How often a download that arrived damaged (size or hash) or that stalled is tried in all, and how often a shard that
  /// turns out damaged later is fetched again; upstream's `download_retry`. At least 1: 0, which upstream takes and then
  /// fails with, counts as 1.
  public var attempts = 2
  /// The longest time without a byte of a download, after which it is tried again; upstream's `download_timeout`.
  public var downloadTimeout = Duration.seconds(60)
  /// How long to wait for another process that is downloading or decompressing the same shard, or for room.
  public var lockTimeout = Duration.seconds(600)

  public init() {}
}
