import CachePlanning
import SampleOrder

/// A node's cache and its link to the store. Times are seconds of the simulation, batches are counted over the whole run.
struct SimulatedNode: Sendable {
  private struct Request: Sendable {
    let shard: Int
    let batch: Int
  }

  private let node: Int
  private let rawByteCounts: [Int]
  private let storedByteCounts: [Int]
  private let machines: SimulatedMachines
  /// When each shard was used last, of those that are here.
  private var resident: [Int: Int] = [:]
  private var residentByteCount = 0
  /// When a shard that is here, or on its way, has come.
  private var arrival: [Int: Double] = [:]
  private var linkIsFree = 0.0
  private var queue: [Request] = []
  private var head = 0
  private(set) var downloadedByteCount = 0
  private(set) var downloadCount = 0

  private var uses: ShardUses?
  private var pending: ShardUse?
  private var base = 0
  private var future = ShardUseTable(shardCount: 0)

  init(node: Int, rawByteCounts: [Int], storedByteCounts: [Int], machines: SimulatedMachines) {
    self.node = node
    self.rawByteCounts = rawByteCounts
    self.storedByteCounts = storedByteCounts
    self.machines = machines
  }

  /// Begins an epoch whose first batch has the number `base`; `next` is the epoch after it.
  mutating func begin(_ plan: EpochPlan, base: Int, next: EpochPlan?, nextBase: Int) {
    uses = plan.shardUses(node: node)
    pending = uses?.next()
    self.base = base
    (queue, head) = ([], 0)
    guard machines.cacheLimit != nil else { return }
    future = ShardUseTable(shardCount: rawByteCounts.count)
    for use in plan.shardUses(node: node) { future.record(shard: use.shard, at: base + use.batch) }
    if let next { for use in next.shardUses(node: node) { future.record(shard: use.shard, at: nextBase + use.batch) } }
  }

  /// Asks for the shards of the batches up to `last`.
  mutating func ask(upTo last: Int) {
    while let use = pending, base + use.batch <= last {
      queue.append(Request(shard: use.shard, batch: base + use.batch))
      pending = uses?.next()
    }
  }

  /// When all shards of a batch are here.
  /// - Throws: `ConfigurationError` `.outOfRange` when the limit has no room for them.
  mutating func ready(_ batch: Int, at now: Double) throws(ConfigurationError) -> Double {
    var ready = now
    while head < queue.count {
      let request = queue[head]
      guard try fetch(request, during: batch, at: now) else { break }
      if request.batch == batch { ready = max(ready, arrival[request.shard] ?? now) }
      // Those of later batches stay in the queue, to be asked about when their batch comes.
      if request.batch > batch { break }
      head += 1
    }
    // What is needed later is fetched behind that, as far as there is room.
    var place = head
    while place < queue.count, try fetch(queue[place], during: batch, at: now) { place += 1 }
    if head > 1 << 12 {
      queue.removeFirst(head)
      head = 0
    }
    return ready
  }

  /// Whether the shard is here or on its way now.
  private mutating func fetch(_ request: Request, during batch: Int, at now: Double) throws(ConfigurationError) -> Bool {
    let shard = request.shard
    if resident[shard] != nil {
      if request.batch == batch { resident[shard] = batch }
      return true
    }
    guard try makeRoom(for: request, during: batch) else { return false }
    linkIsFree = max(linkIsFree, now) + Double(storedByteCounts[shard]) / machines.bytesPerSecond
    arrival[shard] = linkIsFree
    resident[shard] = batch
    residentByteCount += rawByteCounts[shard]
    downloadedByteCount += storedByteCounts[shard]
    downloadCount += 1
    return true
  }

  private mutating func makeRoom(for request: Request, during batch: Int) throws(ConfigurationError) -> Bool {
    guard let limit = machines.cacheLimit else { return true }
    while residentByteCount + rawByteCounts[request.shard] > limit {
      // What is used before the wanted shard stays; for a batch that waits, all but its own shards may go.
      guard let victim = victim(usedAfter: request.batch, from: batch) else {
        if request.batch > batch { return false }
        throw ConfigurationError(
          .outOfRange, parameter: "cache limit", expected: "room for the shards of each batch of a node", found: "\(limit) bytes",
          remedy: "Raise it to the least limit that the simulation tells without one")
      }
      resident[victim] = nil
      arrival[victim] = nil
      residentByteCount -= rawByteCounts[victim]
    }
    return true
  }

  private func victim(usedAfter limit: Int, from batch: Int) -> Int? {
    var best: (shard: Int, rank: Int)?
    for (shard, lastUse) in resident {
      let next = future.nextUse(of: shard, from: batch) ?? .max
      guard next > limit else { continue }
      let rank = machines.policy == .clairvoyant ? next : -lastUse
      if let found = best, (found.rank, found.shard) > (rank, shard) { continue }
      best = (shard, rank)
    }
    return best?.shard
  }
}
