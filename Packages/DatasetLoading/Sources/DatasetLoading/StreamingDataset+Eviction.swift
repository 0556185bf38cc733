import SampleOrder
import ShardCaching
import Threading

extension StreamingDataset {
  /// Removes a shard from its stream's cache; whoever needs it next fetches it anew. Upstream's `evict_shard`.
  ///
  /// A shard that a loader or another process is using stays: the next epoch's first ones are in use before it begins.
  /// - Parameter shard: counted over all streams, as in ``shape``.
  /// - Returns: the bytes that were freed, 0 when it was not here; nil when it stays.
  /// - Throws: ``LoadingError`` `.configuration` for a number that no shard has; `.cache` where the directory is the only
  ///   copy, of which nothing is ever removed.
  @discardableResult
  public func evict(shard: Int) async throws(LoadingError) -> Int? {
    guard shard >= 0, shard < shape.shardCount else {
      throw LoadingError(
        .configuration, expected: "a shard from 0 up to \(shape.shardCount), without it", found: "\(shard)",
        remedy: "number shards over all streams, as `shape` does")
    }
    let core = core
    return try await BlockingPool.shared.run { () throws(LoadingError) in try core.evict(shard) }
  }

  /// Removes the shard whose last use is longest ago, of those that nobody uses and that could be fetched again. Upstream's
  /// `evict_coldest_shard`.
  ///
  /// Not needed for a limit: `cacheLimit` makes room by itself, and by the plan rather than by last use.
  /// - Returns: the shard's number, counted over all streams, and the bytes that were freed; nil when none could go.
  /// - Throws: ``LoadingError`` `.cache` when a directory can't be read or changed.
  /// - Complexity: looks at the files of all shards.
  @discardableResult
  public func evictColdestShard() async throws(LoadingError) -> (shard: Int, byteCount: Int)? {
    let core = core
    return try await BlockingPool.shared.run { () throws(LoadingError) in try core.evictColdestShard() }
  }
}

extension DatasetCore {
  fileprivate func evict(_ shard: Int) throws(LoadingError) -> Int? {
    let (stream, number) = place(of: shard)
    // Without a limit shards stay open, and so pinned, after their last use.
    openShards.closeIdle(shard)
    do throws(CacheError) {
      return try streams[stream].cache.evict(number)
    } catch {
      throw LoadingError(.cache, stream: stream, shard: number, cause: error)
    }
  }

  fileprivate func evictColdestShard() throws(LoadingError) -> (shard: Int, byteCount: Int)? {
    var found: [(shard: Int, lastUse: UInt64)] = []
    for (number, stream) in streams.enumerated() {
      do throws(CacheError) {
        found += try stream.cache.shardsByLastUse().map { (shape.shardOffsets[number] + $0.shard, $0.lastUse) }
      } catch {
        throw LoadingError(.cache, stream: number, cause: error)
      }
    }
    for candidate in found.sorted(by: { ($0.lastUse, $0.shard) < ($1.lastUse, $1.shard) }) {
      if let byteCount = try evict(candidate.shard), byteCount > 0 { return (candidate.shard, byteCount) }
    }
    return nil
  }
}
