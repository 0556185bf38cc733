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
/// One element per batch and shard, in the order of the batches; within a batch in the order of its samples, rank by
/// rank. Only as much of the order is worked out as is read: about a dozen nanoseconds per sample.
public struct ShardUses: Sequence, IteratorProtocol, Sendable {
  private let plan: EpochPlan
  /// One rank of each group of ranks that see the same samples.
  private let ranks: [Int]
  private let batchCount: Int
  /// The batches of the samples that were read, those of one rank after those of another.
  private var read: Range<Int>
  private var samples: [Int64] = []
  private var batch: Int
  private var pending: [ShardUse] = []
  private var nextPending = 0
  /// Of each shard the latest batch that used it, -1 for none.
  private var latest: [Int]

  init(plan: EpochPlan, ranks: Range<Int>, firstBatch: Int) {
    // Reads far ahead of the batches: with blocks of its own it does not disturb their reader.
    self.plan = plan.withOwnBlocks()
    var devices = Set<Int>()
    self.ranks = ranks.filter { devices.insert(plan.device(of: $0)).inserted }
    batch = Swift.max(0, firstBatch)
    read = batch..<batch
    batchCount = self.ranks.map { plan.batchCount(rank: $0) }.max() ?? 0
    latest = [Int](repeating: -1, count: plan.shape.shardCount)
  }

  public mutating func next() -> ShardUse? {
    while nextPending == pending.count {
      guard batch < batchCount else { return nil }
      if batch == read.upperBound { readOn() }
      listShards()
    }
    defer { nextPending += 1 }
    return pending[nextPending]
  }

  /// Calls `body` with the shards of each batch before number `end`, in order.
  package func forEachBatch(before end: Int = .max, _ body: ([Int]) -> Void) {
    var shards: [Int] = []
    var batch = -1
    for use in self {
      if use.batch != batch {
        if !shards.isEmpty { body(shards) }
        shards.removeAll(keepingCapacity: true)
        batch = use.batch
        if batch >= end { return }
      }
      shards.append(use.shard)
    }
    if !shards.isEmpty { body(shards) }
  }

  /// Reads some thousand samples at a time, of one rank after the other, as they share blocks.
  private mutating func readOn() {
    let step = Swift.max(1, 4096 / (plan.batchSize * ranks.count))
    read = batch..<Swift.min(batchCount, batch + step)
    samples = [Int64](capacity: read.count * ranks.count * plan.batchSize) { out in
      for rank in ranks { plan.samples(rank: rank, batches: read, into: &out) }
    }
  }

  private mutating func listShards() {
    pending.removeAll(keepingCapacity: true)
    nextPending = 0
    for rank in ranks.indices {
      let first = (rank * read.count + batch - read.lowerBound) * plan.batchSize
      for id in samples[first..<first + plan.batchSize] where id >= 0 {
        let shard = plan.shape.locator.location(of: Int(id)).shard
        if latest[shard] == batch { continue }
        pending.append(ShardUse(shard: shard, batch: batch, isFirst: latest[shard] < 0))
        latest[shard] = batch
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
  ///
  /// Those with ``ShardUse/isFirst`` are the shards in order of first use.
  public func shardUses(node: Int, fromBatch batch: Int = 0) -> ShardUses {
    let first = node * world.ranksPerNode
    return ShardUses(plan: self, ranks: first..<first + world.ranksPerNode, firstBatch: batch)
  }

  /// When the ranks of a node use each shard from a batch on, for who decides what to keep.
  public func shardSchedule(node: Int, fromBatch batch: Int = 0) -> ShardSchedule {
    ShardSchedule(uses: shardUses(node: node, fromBatch: batch), firstBatch: batch)
  }
}
