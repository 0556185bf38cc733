import NumPyRandom

/// The part of a canonical node that py1e is at: buckets of equal width over the positions that samples moved to.
///
/// Samples wait in their bucket until no later span can add to it; then the bucket is sorted and given out. Buckets
/// are lists of chunks of one store, so that what waits takes little more room than it needs.
struct Py1eWindow<Index: SampleIndex>: Sendable {
  /// Samples of the canonical node.
  let count: Int
  /// The binary logarithm of a bucket's width: a bucket and what sorting it takes fit the second-level cache.
  let shift = 13
  /// The bucket to give out next, and how many of the node's samples come before it.
  private(set) var bucket = 0
  private(set) var rank = 0
  /// The next span to take up.
  var span: Int
  private let bucketCount: Int
  private var buckets: BucketStore<Index>

  init(count: Int, firstSpan: Int) {
    self.count = count
    span = firstSpan
    bucketCount = (count >> shift) + 1
    buckets = BucketStore(count: bucketCount)
  }

  var width: Int { 1 << shift }
  var nextBoundary: Int { (bucket + 1) << shift }
  var isAtEnd: Bool { bucket == bucketCount }

  mutating func restart(bucket: Int, span: Int, rank: Int) {
    buckets = BucketStore(count: bucketCount)
    self.bucket = bucket
    self.span = span
    self.rank = rank
  }

  /// Files a span's samples: the i-th moves from `offset` + i by a number in [`low`, `low` + `width`).
  mutating func file(_ ids: [Index], from offset: Int, low: Double, width: Double, generator: inout Generator) {
    // What was given out before the window started here only counts.
    rank += buckets.file(
      ids.span, from: offset, low: low, width: width, shift: shift, firstList: bucket, bits: &generator.bits)
  }

  /// Moves the next bucket's samples, in the order of the spans, into an empty one.
  mutating func takeBucket(into loaded: inout LoadedBucket<Index>) {
    loaded.count = 0
    loaded.base = Double(bucket << shift)
    buckets.take(bucket, into: &loaded)
    bucket += 1
    rank += loaded.count
  }
}
