/// A batch's use of a shard.
public struct ShardUse: Sendable, Hashable {
  /// The shard's number among all shards of all streams.
  public let shard: Int
  /// The batch that uses it, in the order of delivery from the start of the plan.
  public let batch: Int
  /// Whether no batch of the sequence before used it: the time to have fetched it by.
  public let isFirst: Bool
}

/// The shards that some ranks need, in the order in which they need them.
///
/// One element per batch and shard, in the order of the batches; within a batch in the order of its samples. Only as
/// much of the order is worked out as is read.
public struct ShardUses: Sequence, IteratorProtocol, Sendable {
  private let plan: EpochPlan
  private let ranks: Range<Int>
  private let batchCount: Int
  private var batch: Int
  private var pending: [ShardUse] = []
  private var nextPending = 0
  private var seen: [Bool]

  init(plan: EpochPlan, ranks: Range<Int>, firstBatch: Int) {
    // Reads far ahead of the batches: with blocks of its own it does not disturb their reader.
    self.plan = plan.withOwnBlocks()
    self.ranks = ranks
    batch = Swift.max(0, firstBatch)
    batchCount = ranks.map { plan.batchCount(rank: $0) }.max() ?? 0
    seen = [Bool](repeating: false, count: plan.shape.shardCount)
  }

  public mutating func next() -> ShardUse? {
    while nextPending == pending.count {
      guard batch < batchCount else { return nil }
      readBatch()
    }
    defer { nextPending += 1 }
    return pending[nextPending]
  }

  private mutating func readBatch() {
    pending.removeAll(keepingCapacity: true)
    nextPending = 0
    var used: Set<Int> = []
    for rank in ranks {
      for id in plan.samples(rank: rank, batches: batch..<batch + 1) where id >= 0 {
        guard let place = plan.shape.place(of: Int(id)), used.insert(place.shard).inserted else { continue }
        pending.append(ShardUse(shard: place.shard, batch: batch, isFirst: !seen[place.shard]))
        seen[place.shard] = true
      }
    }
    batch += 1
  }
}

extension EpochPlan {
  /// The shards that a rank needs from a batch on, in order of need.
  public func shardUses(rank: Int, fromBatch batch: Int = 0) -> ShardUses {
    ShardUses(plan: self, ranks: rank..<rank + 1, firstBatch: batch)
  }

  /// The shards that the ranks of a node need from a batch on, in order of need; ranks advance together.
  public func shardUses(node: Int, fromBatch batch: Int = 0) -> ShardUses {
    let first = node * world.ranksPerNode
    return ShardUses(plan: self, ranks: first..<first + world.ranksPerNode, firstBatch: batch)
  }
}
