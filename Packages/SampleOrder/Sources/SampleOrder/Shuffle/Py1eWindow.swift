import NumPyRandom

/// The part of a canonical node that py1e is at: buckets of equal width over the positions that samples moved to.
///
/// Samples wait in their bucket until no later span can add to it; then the bucket is sorted and given out.
struct Py1eWindow<Index: SampleIndex>: Sendable {
  private struct Bucket {
    var keys: [Double] = []
    var ids: [Index] = []
  }

  /// Samples of the canonical node.
  let count: Int
  /// The binary logarithm of a bucket's width.
  let shift: Int
  /// The bucket to give out next, and how many of the node's samples come before it.
  private(set) var bucket = 0
  private(set) var rank = 0
  /// The next span to take up.
  var span: Int
  private var buckets: [Bucket]
  private var sorter = PositionSorter<Index>()

  init(count: Int, firstSpan: Int) {
    self.count = count
    shift = 16
    span = firstSpan
    buckets = [Bucket](repeating: Bucket(), count: (count >> shift) + 1)
  }

  var width: Int { 1 << shift }
  var nextBoundary: Int { (bucket + 1) << shift }
  var isAtEnd: Bool { bucket == buckets.count }

  mutating func restart(bucket: Int, span: Int, rank: Int) {
    for index in buckets.indices { buckets[index] = Bucket() }
    self.bucket = bucket
    self.span = span
    self.rank = rank
  }

  /// Files a span's samples: the i-th moves from `offset` + i by a number in [`low`, `low` + `width`).
  mutating func file(_ ids: [Index], from offset: Int, low: Double, width: Double, generator: inout Generator) {
    for index in ids.indices {
      let position = Double(offset + index) + (low + width * generator.bits.nextDouble())
      let target = Int(position) >> shift
      if target >= bucket {
        buckets[target].keys.append(position)
        buckets[target].ids.append(ids[index])
      } else {
        // Given out before the window started here.
        rank += 1
      }
    }
  }

  /// The next bucket's samples in order of position; of equal ones the earlier sample first.
  mutating func takeBucket() -> [Index] {
    let full = buckets[bucket]
    buckets[bucket] = Bucket()
    let ids = sorter.sorted(full.ids, by: full.keys, from: bucket << shift, cells: width)
    bucket += 1
    rank += ids.count
    return ids
  }
}

/// Sorts samples by position where about one falls in each whole number: a counting sort by the whole part, then
/// insertion within equal ones. Stable, where numpy's default sort leaves the order of equal positions to the CPU.
struct PositionSorter<Index: SampleIndex>: Sendable {
  private var starts: [Int32] = []
  private var keys: [Double] = []

  mutating func sorted(_ ids: [Index], by positions: [Double], from base: Int, cells: Int) -> [Index] {
    starts = [Int32](repeating: 0, count: cells + 1)
    for position in positions { starts[Int(position) - base + 1] += 1 }
    for cell in 0..<cells { starts[cell + 1] += starts[cell] }
    keys = [Double](repeating: 0, count: positions.count)
    var result = ids
    for index in positions.indices {
      let cell = Int(positions[index]) - base
      var place = Int(starts[cell])
      starts[cell] += 1
      let key = positions[index]
      // The cell's samples so far are sorted: move those that come after this one.
      while place > 0, keys[place - 1] > key, Int(keys[place - 1]) - base == cell {
        keys[place] = keys[place - 1]
        result[place] = result[place - 1]
        place -= 1
      }
      keys[place] = key
      result[place] = ids[index]
    }
    return result
  }
}
