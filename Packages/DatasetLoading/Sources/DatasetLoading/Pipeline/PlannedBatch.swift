import SampleOrder

/// One batch before it is assembled: which samples, and where each lies.
///
/// Samples name their shard by its place in ``shards``, so that assembling resolves each shard once per batch.
/// The arrays are used again for a later batch.
struct PlannedBatch: Sendable {
  /// The batch's number in its epoch, counted from the epoch's start.
  var index = 0
  /// Samples of the whole world that are delivered once this batch is, in this epoch.
  var deliveredSampleCount = 0
  /// The samples' ids, in order.
  var sampleIDs: [Int64] = []
  /// For each sample, the place of its shard in ``shards``.
  var shardPlaces: [UInt32] = []
  /// For each sample, its place in its shard.
  var rows: [UInt32] = []
  /// The shards of these samples, each once, in the order of first use.
  var shards: [Int] = []

  mutating func removeAll() {
    sampleIDs.removeAll(keepingCapacity: true)
    shardPlaces.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    shards.removeAll(keepingCapacity: true)
  }
}

/// Turns sample ids into planned batches.
struct BatchResolver: Sendable {
  private let locator: SampleLocator
  // Per shard: the batch that saw it last, and its place there.
  private var stamps: [UInt32]
  private var places: [UInt32]
  private var stamp: UInt32 = 0

  init(locator: SampleLocator) {
    self.locator = locator
    stamps = Array(repeating: 0, count: locator.starts.count - 1)
    places = stamps
  }

  /// Fills `batch` from its `sampleIDs`, which must all be ids of the data set.
  mutating func resolve(_ batch: inout PlannedBatch) {
    if stamp == .max {
      for index in stamps.indices { stamps[index] = 0 }
      stamp = 0
    }
    stamp += 1
    let samples = batch.sampleIDs
    // Out of the batch, so that none of them is copied when it is written to.
    var (allPlaces, allRows, shards) = (batch.shardPlaces, batch.rows, batch.shards)
    batch = PlannedBatch(index: batch.index, deliveredSampleCount: batch.deliveredSampleCount)
    allPlaces.append(contentsOf: repeatElement(0, count: samples.count))
    allRows.append(contentsOf: repeatElement(0, count: samples.count))
    // At once: a batch that is planned for the first time would grow it shard by shard.
    shards.reserveCapacity(min(samples.count, stamps.count))
    fill(&allPlaces, &allRows, &shards, samples.span)
    batch.sampleIDs = samples
    (batch.shardPlaces, batch.rows, batch.shards) = (allPlaces, allRows, shards)
  }

  private mutating func fill(
    _ allPlaces: inout [UInt32], _ allRows: inout [UInt32], _ shards: inout [Int], _ samples: Span<Int64>
  ) {
    var placeSpan = allPlaces.mutableSpan
    var rowSpan = allRows.mutableSpan
    // Samples that follow each other mostly lie in the same shard: its bounds and place are kept at hand.
    var ids = 0..<0
    var place: UInt32 = 0
    for row in samples.indices {
      let id = Int(samples[row])
      if !ids.contains(id) { (ids, place) = turn(to: id, &shards) }
      placeSpan[row] = place
      rowSpan[row] = UInt32(truncatingIfNeeded: id - ids.lowerBound)
    }
  }

  /// The ids of the shard that a sample lies in, and the shard's place in the batch.
  private mutating func turn(to id: Int, _ shards: inout [Int]) -> (Range<Int>, UInt32) {
    let shard = locator.location(of: id).shard
    if stamps[shard] != stamp {
      stamps[shard] = stamp
      places[shard] = UInt32(truncatingIfNeeded: shards.count)
      shards.append(shard)
    }
    return (locator.starts[shard]..<locator.starts[shard + 1], places[shard])
  }
}
