/// Which shard of a full cache goes first.
///
/// Clairvoyant (Belady 1966): the plan tells when each shard is used next, and the one that is used farthest in the
/// future goes. It never fetches more than the optimum does; over epochs that are shuffled anew a cache of 30 % serves
/// 30 % of the next epoch, where the least recently used order serves about 5 %. Least recently used is for directories
/// that several jobs share, whose futures are not comparable.
public enum EvictionPolicy: String, Sendable, Hashable, CaseIterable {
  case clairvoyant
  case leastRecentlyUsed
}

/// A shard in the cache, as the choice of what to evict sees it.
public struct ResidentShard: Sendable, Hashable {
  /// The caller's number of it.
  public var shard: Int
  /// Bytes that evicting it frees.
  public var byteCount: Int
  /// When it was used last; larger is later.
  public var lastUse: UInt64
  /// Batches until its next use, 0 when it is in use; nil when no use is known.
  public var batchesUntilUse: Int?

  public init(shard: Int, byteCount: Int, lastUse: UInt64 = 0, batchesUntilUse: Int? = nil) {
    self.shard = shard
    self.byteCount = byteCount
    self.lastUse = lastUse
    self.batchesUntilUse = batchesUntilUse
  }
}

extension EvictionPolicy {
  /// The shards that may go, the first to go first.
  ///
  /// Shards of which no next use is known count as used never again; among them, and among those used in the same batch,
  /// the highest number goes first, so that what stays is the same set from epoch to epoch.
  /// - Parameter wantedIn: clairvoyant only: batches until the use of the shard that room is made for. What is used
  ///   before it stays: fetching ahead never pushes out what is needed sooner.
  public func order(_ residents: [ResidentShard], makingRoomFor wantedIn: Int? = nil) -> [ResidentShard] {
    switch self {
    case .clairvoyant:
      let least = wantedIn ?? 0
      return residents.filter { ($0.batchesUntilUse ?? .max) >= least }.sorted { first, second in
        let (one, two) = (first.batchesUntilUse ?? .max, second.batchesUntilUse ?? .max)
        return one != two ? one > two : first.shard > second.shard
      }
    case .leastRecentlyUsed:
      return residents.sorted { ($0.lastUse, $0.shard) < ($1.lastUse, $1.shard) }
    }
  }
}
