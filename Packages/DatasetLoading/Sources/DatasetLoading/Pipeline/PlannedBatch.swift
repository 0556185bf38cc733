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
    for id in batch.sampleIDs {
      let location = locator.location(of: Int(id))
      if stamps[location.shard] != stamp {
        stamps[location.shard] = stamp
        places[location.shard] = UInt32(truncatingIfNeeded: batch.shards.count)
        batch.shards.append(location.shard)
      }
      batch.shardPlaces.append(places[location.shard])
      batch.rows.append(UInt32(truncatingIfNeeded: location.row))
    }
  }
}
