/// One delivery of a sample.
public struct SampleUse: Sendable, Hashable {
  /// The rank, the first one of those that see the same samples.
  public let rank: Int
  /// The batch of the rank, from the start of the plan: the training step.
  public let batch: Int
  /// The place within the batch.
  public let slot: Int
}

extension EpochPlan {
  /// The samples of a step of all ranks with where each lies: per rank, as delivered; padding is left out.
  /// - Parameter batch: counted from the start of the plan.
  public func provenance(batch: Int) -> [[(id: Int, place: SamplePlace)]] {
    (0..<world.ranks).map { rank in
      samples(rank: rank, batches: batch..<batch + 1).compactMap { id in
        shape.place(of: Int(id)).map { (Int(id), $0) }
      }
    }
  }

  /// The steps in which a sample is delivered, in order; of ranks that see the same samples, the first is named.
  ///
  /// Goes through the plan once, with blocks of its own.
  /// - Complexity: O(samples of the epoch) time, no memory but that of blocks.
  public func uses(of sample: Int) -> [SampleUse] {
    let reader = withOwnBlocks()
    let replication = world.ranks / groups.ranks
    let ranks = stride(from: 0, to: world.ranks, by: replication)
    let batches = ranks.map { batchCount(rank: $0) }.max() ?? 0
    let step = max(1, 4096 / batchSize)
    var uses: [SampleUse] = []
    for first in stride(from: 0, to: batches, by: step) {
      for rank in ranks {
        let ids = reader.samples(rank: rank, batches: first..<min(batches, first + step))
        for (index, id) in ids.enumerated() where id == Int64(sample) {
          uses.append(SampleUse(rank: rank, batch: first + index / batchSize, slot: index % batchSize))
        }
      }
    }
    return uses.sorted { ($0.batch, $0.rank, $0.slot) < ($1.batch, $1.rank, $1.slot) }
  }
}
