/// How many bytes of shards a loader keeps open ahead of its consumer when the cache has a limit.
///
/// Its share is what the limit leaves each process: as long as all stay within theirs, every one finds room for its next
/// batch, whatever the others wait for.
struct ShardGate: Sendable {
  let share: Int
  private let byteCounts: [Int]
  private(set) var admitted: Set<Int> = []
  private(set) var byteCount = 0

  init(share: Int, byteCounts: [Int]) {
    self.share = share
    self.byteCounts = byteCounts
  }

  /// Admits a shard if there is room.
  /// - Parameter isIdle: whether nothing else is under way: then waiting would be for ever, and the shard is admitted.
  mutating func admit(_ shard: Int, isIdle: Bool) -> Bool {
    if admitted.contains(shard) { return true }
    guard isIdle || byteCount + byteCounts[shard] <= share else { return false }
    admitted.insert(shard)
    byteCount += byteCounts[shard]
    return true
  }

  mutating func release(_ shard: Int) {
    if admitted.remove(shard) != nil { byteCount -= byteCounts[shard] }
  }
}
