import BinaryIO

/// Keeps a shard's files in the cache for as long as the value lives, against eviction by any process.
///
/// The kernel drops it with its process, however that ends.
public final class ShardPin: Sendable {
  private let directory: CacheDirectory
  private let budget: CacheBudget?
  private let shard: Int

  init(_ shard: Int, in directory: CacheDirectory, budget: CacheBudget?) throws(CacheError) {
    do throws(FileError) {
      try directory.control.pin(shard)
    } catch {
      throw CacheError(directory: error, shard)
    }
    directory.control.touch(shard)
    self.shard = shard
    self.directory = directory
    self.budget = budget
  }

  deinit {
    directory.control.unpin(shard)
    budget?.released()
  }
}
