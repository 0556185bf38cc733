/// Finds the shard of a sample: ids number the samples of all shards one after another.
///
/// A table over equal ranges of ids gives a first shard that is right or a few too low, so a look-up touches two or
/// three words whatever the number of shards. Immutable; any thread may read.
/// - Complexity: O(1) for shards of like sizes, O(log n) at worst; 12 bytes per shard.
package struct SampleLocator: Sendable, Hashable {
  /// Where a sample lies.
  package struct Location: Sendable, Hashable {
    /// The shard, counted over all streams.
    package var shard: Int
    /// The sample within it.
    package var row: Int

    @inlinable package init(shard: Int, row: Int) {
      self.shard = shard
      self.row = row
    }
  }

  /// The first id of each shard, and the end.
  package let starts: [Int]
  @usableFromInline let firstShards: [Int32]
  @usableFromInline let shift: Int

  /// Prepares for shards of these sizes, each ≥ 0.
  package init(shardSizes: some Collection<Int>) {
    var starts = [0]
    starts.reserveCapacity(shardSizes.count + 1)
    var end = 0
    for size in shardSizes {
      end += size
      starts.append(end)
    }
    self.starts = starts
    // Ranges of 2^shift ids, about as many as there are shards.
    let perShard = max(1, end / max(1, shardSizes.count))
    shift = Int.bitWidth - perShard.leadingZeroBitCount - 1
    var firstShards: [Int32] = []
    firstShards.reserveCapacity((end >> shift) + 1)
    var shard = 0
    var id = 0
    while id < end {
      while starts[shard + 1] <= id { shard += 1 }
      firstShards.append(Int32(shard))
      id += 1 << shift
    }
    self.firstShards = firstShards
  }

  /// The number of samples.
  package var sampleCount: Int { starts[starts.count - 1] }

  /// Where sample `id` lies.
  /// - Precondition: `id` is in `0 ..< sampleCount`; whoever takes ids from outside checks that.
  @inlinable @inline(__always)
  package func location(of id: Int) -> Location {
    var low = Int(firstShards[id >> shift])
    // Mostly the first or second is the one; a run of many small shards is searched by halves.
    var steps = 0
    while starts[low + 1] <= id {
      low += 1
      steps += 1
      if steps == 4 { return search(id, from: low) }
    }
    return Location(shard: low, row: id - starts[low])
  }

  @usableFromInline func search(_ id: Int, from first: Int) -> Location {
    let next = (id >> shift) + 1
    var low = first
    var high = next < firstShards.count ? Int(firstShards[next]) : starts.count - 2
    while low < high {
      let middle = (low + high) / 2
      if starts[middle + 1] <= id { low = middle + 1 } else { high = middle }
    }
    return Location(shard: low, row: id - starts[low])
  }
}
