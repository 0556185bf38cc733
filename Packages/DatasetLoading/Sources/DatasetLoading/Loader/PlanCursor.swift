import SampleOrder

/// Reads an epoch's plan batch by batch, forwards, and tells where each sample lies.
struct PlanCursor: Sendable {
  private let plan: EpochPlan
  private let rank: Int
  private let dropsLast: Bool
  private var resolver: BatchResolver
  private var next = 0
  /// Batches that are read in all.
  let batchCount: Int
  private let end: Int
  /// The number of the plan's first batch within its epoch.
  let firstBatch: Int
  /// Samples that all ranks together receive for one of this rank's.
  private let samplesOfAllRanks: Int

  init(plan: EpochPlan, rank: Int, locator: SampleLocator, dropsLast: Bool, skipping skipped: Int = 0) {
    self.plan = plan
    self.rank = rank
    self.dropsLast = dropsLast
    resolver = BatchResolver(locator: locator)
    var count = plan.batchCount(rank: rank)
    // Only the last batch of an epoch can be short.
    if dropsLast, count > 0, plan.sampleCount(rank: rank) < count * plan.batchSize { count -= 1 }
    next = min(max(0, skipped), count)
    batchCount = count - next
    end = count
    samplesOfAllRanks = plan.ranksWithOwnSamples
    firstBatch = plan.position.sampleInEpoch / max(1, samplesOfAllRanks * plan.batchSize)
  }

  /// Whether every batch has been read.
  var isAtEnd: Bool { next >= end }

  /// Reads up to `plans.count` batches into `plans`; returns how many.
  mutating func read(into plans: inout [PlannedBatch]) -> Int {
    let count = min(plans.count, end - next)
    guard count > 0 else { return 0 }
    let ids = plan.samples(rank: rank, batches: next..<next + count)
    for place in 0..<count {
      let batch = next + place
      plans[place].index = firstBatch + batch
      plans[place].deliveredSampleCount =
        plan.position.sampleInEpoch + samplesOfAllRanks * plan.sampleCount(rank: rank, batches: batch + 1)
      let samples = ids[place * plan.batchSize..<(place + 1) * plan.batchSize]
      // A short last batch is filled up with -1.
      if samples.reduce(0, |) >= 0 {
        plans[place].sampleIDs.append(contentsOf: samples)
      } else {
        plans[place].sampleIDs.append(contentsOf: samples.lazy.filter { $0 >= 0 })
      }
      resolver.resolve(&plans[place])
    }
    next += count
    return count
  }
}
