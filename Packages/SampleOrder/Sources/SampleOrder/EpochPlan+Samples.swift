extension EpochPlan {
  /// Batches that a DataLoader of a rank delivers, a last short one included.
  /// - Parameter rank: among all ranks of the world, 0 ..< `world.ranks`.
  public func batchCount(rank: Int) -> Int { layout.deliveredBatchCount(device: device(of: rank)) }

  /// Samples that a rank receives in all its batches.
  public func sampleCount(rank: Int) -> Int { sampleCount(rank: rank, batches: batchCount(rank: rank)) }

  /// Samples in the first `batches` batches of a rank; only the last batch of an epoch can be short.
  public func sampleCount(rank: Int, batches: Int) -> Int {
    let delivered = batchCount(rank: rank)
    guard batches >= delivered, delivered > 0 else { return max(0, min(batches, delivered)) * batchSize }
    var last = 0
    layout.forEachSlot(batch: delivered - 1, device: device(of: rank)) { _, position in last += position >= 0 ? 1 : 0 }
    return (delivered - 1) * batchSize + last
  }

  /// Batches of each logical worker of a rank, those of padding only included; the fourth number of upstream's shape.
  public var batchesPerWorker: Int { layout.globalBatchCount / groups.workersPerRank }

  /// Appends the samples of a rank's batches, in the order in which a DataLoader with the world's workers delivers them:
  /// one batch of each worker in turn.
  ///
  /// Each batch takes ``batchSize`` places; a short last batch and batches past the end are filled up with -1. `out`
  /// must have room for them.
  /// - Parameter batches: counted from where the plan starts.
  public func samples(rank: Int, batches: Range<Int>, into out: inout OutputSpan<Int64>) {
    for id in samples(rank: rank, batches: batches) { out.append(id) }
  }

  /// The samples of a rank's batches as an array; see ``samples(rank:batches:into:)``.
  public func samples(rank: Int, batches: Range<Int>) -> [Int64] {
    // Workers take global batches in turn, and padding ends a rank's sequence: delivery is the order of global batches.
    // Only a relaxed resume can have padding before the last samples of the last batch.
    read(device: device(of: rank), batches: batches, step: 1, packing: true)
  }

  /// The samples of a logical worker's batches with the padding where it is: a row of upstream's work array.
  /// - Parameter rank: among all ranks of the world.
  /// - Parameter batches: the worker's own batches, within 0 ..< ``batchesPerWorker``.
  public func samples(rank: Int, worker: Int, batches: Range<Int>) -> [Int64] {
    let workers = groups.workersPerRank
    return read(
      device: device(of: rank),
      batches: batches.lowerBound * workers + worker..<batches.upperBound * workers + worker, step: workers,
      packing: false)
  }

  /// The group of ranks with equal samples that a rank belongs to.
  func device(of rank: Int) -> Int {
    precondition((0..<world.ranks).contains(rank), "there is no such rank")
    return rank / (world.ranks / groups.ranks)
  }

  private func read(device: Int, batches: Range<Int>, step: Int, packing: Bool) -> [Int64] {
    var positions: [Int64] = []
    var runs: [(source: Int, count: Int)] = []
    positions.reserveCapacity(batches.count / step * batchSize)
    for batch in stride(from: batches.lowerBound, to: batches.upperBound, by: step) {
      guard (0..<layout.globalBatchCount).contains(batch) else {
        positions.append(contentsOf: repeatElement(-1, count: batchSize))
        runs.append((0, batchSize))
        continue
      }
      var source = -1
      var padding = 0
      layout.forEachSlot(batch: batch, device: device) { from, position in
        if packing, position < 0 {
          padding += 1
          return
        }
        if from != source {
          source = from
          runs.append((from, 0))
        }
        positions.append(Int64(position))
        runs[runs.count - 1].count += 1
      }
      if padding > 0 {
        positions.append(contentsOf: repeatElement(-1, count: padding))
        runs.append((0, padding))
      }
    }
    return store.translate(positions, runs: runs)
  }
}
