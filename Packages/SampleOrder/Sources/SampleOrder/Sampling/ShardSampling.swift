import NumPyRandom

/// How many samples of each shard an epoch takes; upstream's `get_sampling`.
///
/// Whole multiples of the stream take every sample equally often. The rest is drawn shard by shard in picks of
/// `granularity` samples, in an order shuffled with the seed (plus the epoch, if `usingEpoch`).
/// - Parameter choose: samples to take in all, ≥ 0.
/// - Returns: a count per shard, which sum to `choose`.
/// - Throws: ``ConfigurationError`` `.outOfRange` for a negative count or epoch, a granularity below 1, shards
///   without any sample.
public func sampledShardSizes(
  shardSizes: [Int], choose: Int, granularity: Int = 1, seed: ShuffleSeed, epoch: Int, usingEpoch: Bool
) throws(ConfigurationError) -> [Int] {
  guard (0...1 << 53).contains(choose) else {
    throw .outOfRange("choose", expected: "between 0 and 2^53", found: choose)
  }
  guard granularity >= 1 else {
    throw .outOfRange("sampling_granularity", expected: "a positive integer", found: granularity)
  }
  guard (0...1 << 53).contains(epoch) else {
    throw .outOfRange("epoch", expected: "a non-negative integer", found: epoch)
  }
  var total = 0
  for size in shardSizes {
    guard size >= 0, total + size <= 1 << 53 else {
      throw .outOfRange("samples of a shard", expected: "between 0 and 2^53", found: size)
    }
    total += size
  }
  guard total > 0 else {
    throw .outOfRange("samples of a stream", expected: "at least 1", found: total, remedy: "Leave out the stream")
  }
  let (repeats, rest) = choose.quotientAndRemainder(dividingBy: total)
  var counts: [Int] = []
  for size in shardSizes {
    let (count, overflow) = size.multipliedReportingOverflow(by: repeats)
    guard !overflow else { throw .tooLarge("choose", found: choose) }
    counts.append(count)
  }
  if rest == 0 { return counts }
  // The shard of each pick; the pick's number within the shard tells its size.
  let picks = shardSizes.map { $0 == 0 ? 0 : ($0 - 1) / granularity + 1 }
  var shardOfPick: [Int32] = []
  var lastPick: [Int] = []
  var lastSize: [Int] = []
  var latest: Int?
  for (shard, count) in picks.enumerated() {
    if count > 0 {
      latest = shard
    } else if let latest {
      // An empty shard gives no pick, but upstream then counts the last pick before it as a full one.
      lastSize[latest] = granularity
    }
    lastPick.append(shardOfPick.count + count - 1)
    lastSize.append(shardSizes[shard] - (count - 1) * granularity)
    shardOfPick.append(contentsOf: repeatElement(Int32(truncatingIfNeeded: shard), count: count))
  }
  var generator = (usingEpoch ? seed.adding(epoch) : seed).generator
  var left = rest
  for pick in generator.permutation(shardOfPick.count) {
    let shard = Int(shardOfPick[pick])
    let size = pick == lastPick[shard] ? lastSize[shard] : granularity
    let taken = min(left, size)
    counts[shard] += taken
    left -= taken
    if left == 0 { break }
  }
  return counts
}
