/// The smallest cache that a plan can be read through.
///
/// A batch is assembled when all its shards are there, so the cache must hold those of the largest batch of every process
/// that shares it; what a download or decompression needs on top may exceed the limit, one shard per process.
/// Told of each batch's shards, or only of the shards' sizes for a bound that costs no look at the plan.
public struct CacheDemand: Sendable {
  private let byteCounts: [Int]
  /// Bytes of the shards of the largest batch so far.
  public private(set) var largestBatch = 0

  /// - Parameter byteCounts: the bytes of each shard in the cache, as it is read and as it is stored together.
  public init(byteCounts: [Int]) { self.byteCounts = byteCounts }

  /// Takes a batch's shards into account, each named once.
  public mutating func record(batch shards: some Sequence<Int>) {
    var sum = 0
    for shard in shards where byteCounts.indices.contains(shard) { sum = Self.sum(sum, byteCounts[shard]) }
    largestBatch = max(largestBatch, sum)
  }

  /// Bytes that suffice for any batch of `batchSize` samples, whatever the plan: its samples in the largest shards.
  public func bound(batchSize: Int) -> Int {
    guard batchSize < byteCounts.count else { return byteCounts.reduce(0, Self.sum) }
    return byteCounts.sorted(by: >).prefix(max(0, batchSize)).reduce(0, Self.sum)
  }

  /// The limit that `processCount` processes need, `besides` being what the cache holds besides shards.
  public static func limit(forBatch byteCount: Int, processCount: Int, besides: Int = 0) -> Int {
    let (product, overflow) = byteCount.multipliedReportingOverflow(by: max(1, processCount))
    return overflow ? .max : sum(product, besides)
  }

  private static func sum(_ one: Int, _ two: Int) -> Int {
    let (sum, overflow) = one.addingReportingOverflow(two)
    return overflow ? .max : sum
  }
}
