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
    let last = [Int64](capacity: batchSize) { out in
      var runs = SourceRuns()
      layout.appendPositions(batch: delivered - 1, device: device(of: rank), to: &out, runs: &runs)
    }
    return (delivered - 1) * batchSize + last.count { $0 >= 0 }
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
    // Workers take global batches in turn, and padding ends a rank's sequence: delivery is the order of global batches.
    // Only a relaxed resume can have padding before the last samples of the last batch.
    read(device: device(of: rank), batches: batches, step: 1, packing: true, into: &out)
  }

  /// The samples of a rank's batches as an array; see ``samples(rank:batches:into:)``.
  public func samples(rank: Int, batches: Range<Int>) -> [Int64] {
    [Int64](capacity: batches.count * batchSize) { out in samples(rank: rank, batches: batches, into: &out) }
  }

  /// Works out what a rank's first batch takes, the walk over the generator above all, so that reading starts at once.
  ///
  /// For the next epoch's plan, from another thread while this epoch is read.
  public func prepare(rank: Int) { _ = samples(rank: rank, batches: 0..<1) }

  /// Whether ``keepOrder(isCancelled:)`` has anything to do.
  package var isToBeKept: Bool { store.isToBeKept }

  /// Keeps the epoch's order for other processes, and for a run that resumes in it, where the run has an archive and its
  /// shuffle makes that worth while. To be called on a thread of its own: blocks for as long as reading all of it takes.
  package func keepOrder(isCancelled: () -> Bool) { store.keepWhole(isCancelled: isCancelled) }

  /// The samples of a logical worker's batches with the padding where it is: a row of upstream's work array.
  /// - Parameter rank: among all ranks of the world.
  /// - Parameter batches: the worker's own batches, within 0 ..< ``batchesPerWorker``.
  public func samples(rank: Int, worker: Int, batches: Range<Int>) -> [Int64] {
    let workers = groups.workersPerRank
    let globalBatches = batches.lowerBound * workers + worker..<batches.upperBound * workers + worker
    return [Int64](capacity: batches.count * batchSize) { out in
      read(device: device(of: rank), batches: globalBatches, step: workers, packing: false, into: &out)
    }
  }

  /// The group of ranks with equal samples that a rank belongs to.
  func device(of rank: Int) -> Int {
    precondition((0..<world.ranks).contains(rank), "there is no such rank")
    return rank / (world.ranks / groups.ranks)
  }

  private func read(
    device: Int, batches: Range<Int>, step: Int, packing: Bool, into out: inout OutputSpan<Int64>
  ) {
    let delivered = packing ? layout.deliveredBatchCount(device: device) : .max
    var first = batches.lowerBound
    if step == 1, let even = layout.evenPositions(batches: batches, device: device) {
      first += even.remaining / batchSize
      store.appendIds(even, to: &out)
    }
    let start = out.count
    var runs = SourceRuns()
    for batch in stride(from: first, to: batches.upperBound, by: step) {
      guard (0..<layout.globalBatchCount).contains(batch) else {
        out.appendPadding(count: batchSize, runs: &runs)
        continue
      }
      layout.appendPositions(batch: batch, device: device, to: &out, runs: &runs)
      // All of such a batch is of one source.
      if batch == delivered - 1 { out.movePaddingToEnd(from: out.count - batchSize) }
    }
    var all = out.mutableSpan
    var positions = all._mutatingExtracting(start..<all.count)
    store.translate(&positions, runs: runs)
  }
}
