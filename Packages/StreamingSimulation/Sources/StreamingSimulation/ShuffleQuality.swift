public import SampleOrder
import SystemLibC

/// How little of a sample's neighbourhood in the data is left in the order: upstream's measure, from 0 for a sequence on.
public struct ShuffleQuality: Sendable, Hashable {
  /// The entropy in bits of the distances between neighbouring samples' ids.
  public let samples: Double
  /// The entropy in bits of the distances between neighbouring samples' shards.
  public let shards: Double

  /// The harmonic mean of both, 0 when one is.
  public var score: Double { samples > 0 && shards > 0 ? 2 * samples * shards / (samples + shards) : 0 }

  /// Measures a plan: all its samples, worker by worker as each receives them.
  /// - Parameter sampleLimit: looks at no more samples than that.
  /// - Complexity: O(samples) memory, O(samples · log samples) time.
  public init(of plan: EpochPlan, sampleLimit: Int = 10_000_000) {
    var ids: [Int64] = []
    let world = plan.world
    for rank in 0..<world.ranks {
      for worker in 0..<world.workersPerRank where ids.count < sampleLimit {
        let left = (sampleLimit - ids.count + plan.batchSize - 1) / plan.batchSize
        let batches = 0..<min(plan.batchesPerWorker, left)
        ids += plan.samples(rank: rank, worker: worker, batches: batches).filter { $0 >= 0 }
      }
    }
    let shards = ids.map { Int64(plan.shape.place(of: Int($0))?.shard ?? 0) }
    samples = Self.entropy(ofDistancesIn: ids)
    self.shards = Self.entropy(ofDistancesIn: shards)
  }

  private static func entropy(ofDistancesIn values: [Int64]) -> Double {
    guard values.count > 1 else { return 0 }
    let distances = zip(values.dropFirst(), values).map { abs($0 - $1) }.sorted()
    var (entropy, first) = (0.0, 0)
    for place in 1...distances.count where place == distances.count || distances[place] != distances[first] {
      let share = Double(place - first) / Double(distances.count)
      entropy -= share * log2(share)
      first = place
    }
    return max(0, entropy)
  }
}
