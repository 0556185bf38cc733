import BinaryIO

extension ShardCache {
  /// Removes a shard's files, so that the next fetch brings them anew. Blocks on the file system.
  /// - Returns: the bytes that were freed, 0 when the shard was not here; nil when it stays, because somebody has pinned it
  ///   or is installing it.
  /// - Throws: ``CacheError`` `.missing` where it could not come back: in a directory that holds the only copy, or that can't
  ///   be written; `.directory`.
  public func evict(_ shard: Int) throws(CacheError) -> Int? {
    guard let member, member.canReturn else {
      throw CacheError(
        .missing, file: directory, shard: shard, expected: "a cache of a remote data set that can be written",
        found: "a directory of its own", remedy: "nothing here could be fetched again, so nothing is removed")
    }
    guard let byteCount = try member.evict(shard) else { return nil }
    if byteCount > 0 {
      member.control.count(.evictions)
      budget?.evicted()
    }
    return byteCount
  }

  /// The shards that are here and could be fetched again, by last use, the one that was used longest ago first; times are
  /// comparable with those of other directories of the machine. Blocks on the file system; looks at all files.
  package func shardsByLastUse() throws(CacheError) -> [(shard: Int, lastUse: UInt64)] {
    try member?.shardsByLastUse() ?? []
  }
}
