import BinaryIO
import CachePlanning
import SampleOrder
import ShardCaching
import ShardFormats

/// Finds out whether a limit is large enough to read a data set through, before anything is read.
struct CacheLimit: Sendable {
  let streams: [OpenStream]
  let budget: CacheBudget
  let world: World

  /// Samples of the order that are looked at to find the largest batch, over all ranks of the node.
  private static let sampleLimit = 1 << 22

  /// Processes that share the cache: those of the run, and others that are there already.
  private var processCount: Int { max(world.ranksPerNode, streams.map { $0.cache.processCount }.max() ?? 1) }

  /// Bytes of each shard in the cache, 0 for those of streams that are no cache.
  var byteCounts: [Int] {
    streams.flatMap { stream in
      stream.index.shards.indices.map { stream.cache.isBounded ? stream.cache.fullByteCount(of: $0) : 0 }
    }
  }

  private var indexByteCount: Int { streams.reduce(0) { $0 + $1.cache.indexByteCount } }

  /// Bytes that a loader may keep open.
  var share: Int { max(0, budget.limit.value - indexByteCount) / processCount }

  /// - Throws: ``LoadingError`` `.cache` naming the smallest limit that works, when this one is smaller.
  func check(_ run: RunOrder) throws(LoadingError) {
    let byteCounts = byteCounts
    var demand = CacheDemand(byteCounts: byteCounts)
    let batchSize = run.options.batchSize ?? 1
    if smallest(demand.bound(batchSize: batchSize)) <= budget.limit.value { return }
    if let plan = try? nextPlan(run) { record(plan, &demand) } else { demand.record(batch: CollectionOfOne(largest(byteCounts))) }
    let needed = smallest(demand.largestBatch)
    guard needed <= budget.limit.value else {
      throw LoadingError(
        .cache, expected: "a cacheLimit of at least \(needed) bytes: the shards of a batch of each of \(processCount) processes, and the indexes",
        found: "\(budget.limit.value)", remedy: "raise cacheLimit, or lower the batch size",
        cause: CacheError(
          .limitTooSmall, file: streams.first?.cache.directory ?? "", expected: "at least \(needed) bytes",
          found: "\(budget.limit.value)", remedy: "raise cacheLimit"))
    }
  }

  private func nextPlan(_ run: RunOrder) throws(ConfigurationError) -> EpochPlan {
    var run = run
    return try run.nextPlan()
  }

  private func smallest(_ batch: Int) -> Int {
    CacheDemand.limit(forBatch: batch, processCount: processCount, besides: indexByteCount)
  }

  private func largest(_ byteCounts: [Int]) -> Int {
    byteCounts.indices.max { byteCounts[$0] < byteCounts[$1] } ?? 0
  }

  private func record(_ plan: EpochPlan, _ demand: inout CacheDemand) {
    let first = world.node * world.ranksPerNode
    let batchLimit = max(1, Self.sampleLimit / (world.ranksPerNode * max(1, plan.batchSize)))
    for rank in first..<first + world.ranksPerNode {
      plan.shardUses(rank: rank).forEachBatch(before: batchLimit) { demand.record(batch: $0) }
    }
  }
}
