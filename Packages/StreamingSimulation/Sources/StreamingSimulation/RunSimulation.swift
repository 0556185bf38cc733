import CachePlanning
public import SampleOrder

/// Goes through the epochs of a run on the real plan and with the cache's own policy, without data: how long steps wait for
/// shards, and what is downloaded.
///
/// Per step each node asks for the shards of the batches up to `predownload` ahead, in the order of their first use; its link
/// carries one after another at the node's rate. A step begins when all nodes have their batch and the step before is over.
/// Upstream's `simulator` models the same; it deals the link's time to workers in turn and always evicts by last use.
///
/// A value; no thread, no clock, no file. About a dozen nanoseconds per sample, and with a limit of the cache a look at
/// everything that is in it per eviction.
public struct RunSimulation: Sendable {
  private var run: RunOrder
  private let rawByteCounts: [Int]
  private var nodes: [SimulatedNode]
  private let machines: SimulatedMachines
  private var batchBase = 0
  private var now = 0.0

  /// - Parameter rawByteCounts: bytes of each shard over all streams as it is read, which count for a limit.
  /// - Parameter storedByteCounts: bytes of each shard as it is downloaded.
  /// - Throws: `ConfigurationError` as `RunOrder`, and `.conflicting` when the sizes are not those of the shape's shards.
  public init(
    shape: DatasetShape, options: OrderOptions, world: World, rawByteCounts: [Int], storedByteCounts: [Int],
    machines: SimulatedMachines
  ) throws(ConfigurationError) {
    guard rawByteCounts.count == shape.shardCount, storedByteCounts.count == shape.shardCount else {
      throw ConfigurationError(
        .conflicting, parameter: "shard sizes", expected: "one for each of the \(shape.shardCount) shards",
        found: "\(rawByteCounts.count) and \(storedByteCounts.count)", remedy: "Give the sizes of the shape's shards")
    }
    run = try RunOrder(shape: shape, options: options, world: world)
    self.rawByteCounts = rawByteCounts
    self.machines = machines
    nodes = (0..<world.nodes).map {
      SimulatedNode(node: $0, rawByteCounts: rawByteCounts, storedByteCounts: storedByteCounts, machines: machines)
    }
  }

  /// Simulates the next epoch, with the caches as the one before has left them.
  /// - Throws: `ConfigurationError` as `RunOrder.nextPlan()`, and for a cache limit that is too small.
  public mutating func nextEpoch() throws(ConfigurationError) -> SimulatedEpoch {
    let plan = try run.nextPlan()
    let ranks = plan.world.ranks
    let stepCount = (0..<ranks).map { plan.batchCount(rank: $0) }.max() ?? 0
    let next = machines.cacheLimit == nil ? nil : try run.upcomingPlan()
    for node in nodes.indices { nodes[node].begin(plan, base: batchBase, next: next, nextBase: batchBase + stepCount) }
    let ahead = machines.predownload.map { max(1, $0) } ?? max(8 * plan.batchSize, 64)
    let window = (ahead + plan.batchSize - 1) / plan.batchSize
    var outcome = SimulatedEpoch(epoch: plan.position.epoch)
    outcome.stepCount = stepCount
    outcome.sampleCount = (0..<ranks).reduce(0) { $0 + plan.sampleCount(rank: $1) }
    let (start, bytesBefore, downloadsBefore) = (now, downloadedByteCount, downloadCount)
    for step in 0..<stepCount {
      var begin = now
      for node in nodes.indices {
        nodes[node].ask(upTo: batchBase + step + window)
        begin = max(begin, try nodes[node].ready(batchBase + step, at: now))
      }
      if step == 0 { outcome.firstBatch = begin - start }
      outcome.waiting += begin - now
      now = begin + machines.stepTime
    }
    batchBase += stepCount
    outcome.duration = now - start
    outcome.downloadedByteCount = downloadedByteCount - bytesBefore
    outcome.downloadCount = downloadCount - downloadsBefore
    return outcome
  }

  private var downloadedByteCount: Int { nodes.reduce(0) { $0 + $1.downloadedByteCount } }
  private var downloadCount: Int { nodes.reduce(0) { $0 + $1.downloadCount } }

  /// The smallest limit with which the next epoch can be read: the shards of the largest batch of any node.
  public func leastCacheLimit() throws(ConfigurationError) -> Int {
    let plan = try run.upcomingPlan()
    var demand = CacheDemand(byteCounts: rawByteCounts)
    for node in 0..<plan.world.nodes {
      plan.shardUses(node: node).forEachBatch { demand.record(batch: $0) }
    }
    return demand.largestBatch
  }
}
