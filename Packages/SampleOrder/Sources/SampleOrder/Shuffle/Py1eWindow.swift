import NumPyRandom

/// The part of a canonical node that py1e is at: buckets of equal width over the positions that samples moved to.
///
/// Samples wait in their bucket until no later span can add to it; then the bucket is sorted and given out. Buckets
/// are lists of chunks of one store, so that what waits takes little more room than it needs.
struct Py1eWindow<Index: SampleIndex, Entry: SampleEntry>: Sendable {
  /// Samples of the canonical node.
  let count: Int
  /// The bucket to give out next, and how many of the node's samples come before it.
  private(set) var bucket = 0
  private(set) var rank = 0
  /// The next span to take up.
  var span: Int
  private let bucketCount: Int
  /// Buckets that are filled at a time: `bucketCount` where what waits may be as much as it gets.
  private let step: Int
  /// The buckets being filled end here. Samples that come to lie further on are made again later.
  private(set) var horizon: Int
  private let grid: PositionGrid
  private var buckets: BucketStore<Index, Entry>
  private let expectedCount: Int

  /// - Parameter reach: how far a sample can move.
  /// - Parameter limit: samples that may wait at a time, at least those of two buckets.
  init(count: Int, firstSpan: Int, reach: Int, limit: Int, grid: PositionGrid) {
    self.count = count
    self.grid = grid
    span = firstSpan
    bucketCount = (count >> PositionGrid.bucketShift) + 1
    step = reach <= limit ? bucketCount : min(bucketCount, max(2, limit >> PositionGrid.bucketShift))
    horizon = step
    // Of the samples before the furthest position that can be reached, some have been given out and some stay behind.
    expectedCount = min(count, reach + reach / 4, step << PositionGrid.bucketShift) + PositionGrid.bucketWidth
    buckets = BucketStore(count: bucketCount, expecting: expectedCount)
  }

  var nextBoundary: Int { (bucket + 1) << PositionGrid.bucketShift }
  var isAtEnd: Bool { bucket == bucketCount }
  /// Whether the next bucket lies beyond those being filled.
  var isExhausted: Bool { bucket == horizon && !isAtEnd }
  var filledBuckets: Range<Int> { bucket..<horizon }

  mutating func restart(bucket: Int, span: Int, rank: Int) {
    buckets = BucketStore(count: bucketCount, expecting: expectedCount)
    self.bucket = bucket
    self.span = span
    self.rank = rank
    horizon = min(bucketCount, step == bucketCount ? step : bucket + step)
  }

  /// Goes on to the next buckets, which are empty yet.
  mutating func advanceHorizon() { horizon = min(bucketCount, bucket + step) }

  /// Files a span's samples: the i-th moves from `offset` + i by a number in [`low`, `low` + `width`).
  /// - Parameter isAgain: whether this span was filed before, into earlier buckets.
  mutating func file(
    _ ids: [Index], from offset: Int, low: Double, width: Double, isAgain: Bool, generator: inout Generator
  ) {
    let before = buckets.file(
      ids.span, from: offset, low: low, width: width, grid: grid, lists: filledBuckets, bits: &generator.bits)
    // What was given out before the window started here only counts.
    if !isAgain { rank += before }
  }

  /// Moves the next bucket's samples, in the order of the spans, into an empty one.
  mutating func takeBucket(into loaded: inout LoadedBucket<Entry>) {
    loaded.count = 0
    loaded.number = bucket
    buckets.take(bucket, into: &loaded)
    bucket += 1
    rank += loaded.count
  }
}
