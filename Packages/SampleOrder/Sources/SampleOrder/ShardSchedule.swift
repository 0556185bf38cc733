/// When a shard is used next.
public enum NextShardUse: Sendable, Hashable {
  /// By this batch, in the order of delivery from the start of the plan.
  case batch(Int)
  /// In none of the batches below the horizon; perhaps later.
  case beyondHorizon
  /// In no more batch of the plan.
  case never
}

/// When each shard is used, as far ahead as was asked for: what an eviction needs that keeps what is used soonest.
///
/// A value for one owner, who moves it along: ``lookAhead(to:)`` reads the order up to a horizon, ``nextUse(of:after:)``
/// answers within it, ``forget(before:)`` drops what is past. The shards in order of first use are the uses with
/// ``ShardUse/isFirst`` that `lookAhead` hands over.
/// ```swift
/// var schedule = plan.shardSchedule(node: 0)
/// for use in schedule.lookAhead(to: position + 500) where use.isFirst { prefetch(use.shard) }
/// let victim = resident.max { schedule.nextUse(of: $0, after: position) < schedule.nextUse(of: $1, after: position) }
/// schedule.forget(before: position)
/// ```
/// Memory: 8 bytes per shard, and 8 to 16 for each batch and shard between the batch forgotten last and the horizon.
public struct ShardSchedule: Sendable {
  private var uses: ShardUses
  private var pending: ShardUse?
  /// Of each shard the batches that use it, ascending, those known and not forgotten.
  private var batches: [Int: BatchList] = [:]
  /// Uses by batches below this are known.
  public private(set) var horizon: Int
  private var isComplete = false

  init(uses: ShardUses, firstBatch: Int) {
    self.uses = uses
    horizon = max(0, firstBatch)
  }

  /// Works out the uses by all batches below `end`.
  /// - Returns: those not returned before, in order of need.
  /// - Complexity: about a dozen nanoseconds per sample passed, on the caller's thread.
  @discardableResult
  public mutating func lookAhead(to end: Int) -> [ShardUse] {
    var passed: [ShardUse] = []
    while horizon < end, !isComplete {
      guard let use = pending ?? uses.next() else {
        isComplete = true
        break
      }
      pending = use.batch < end ? nil : use
      if use.batch >= end { break }
      batches[use.shard, default: BatchList()].append(use.batch)
      passed.append(use)
    }
    horizon = max(horizon, end)
    return passed
  }

  /// The first batch later than `batch` that uses the shard.
  ///
  /// - Parameter batch: not before the batch forgotten last; -1 asks for the first use of all.
  /// - Complexity: O(log uses of the shard that are kept).
  public func nextUse(of shard: Int, after batch: Int) -> NextShardUse {
    if let next = batches[shard]?.first(after: batch) { return .batch(next) }
    return isComplete ? .never : .beyondHorizon
  }

  /// Drops what is known about batches before this one.
  /// - Complexity: O(shards that are known to be used).
  public mutating func forget(before batch: Int) {
    for shard in batches.keys { batches[shard]?.forget(before: batch) }
    batches = batches.filter { !$0.value.isEmpty }
  }
}

/// Sooner first; beyond the horizon later than within it, and never last.
extension NextShardUse: Comparable {
  public static func < (left: NextShardUse, right: NextShardUse) -> Bool {
    switch (left, right) {
    case (.batch(let left), .batch(let right)): left < right
    case (.batch, _), (.beyondHorizon, .never): true
    default: false
    }
  }
}

/// Ascending batches, dropped at the front.
private struct BatchList: Sendable {
  private var batches: [Int] = []
  private var head = 0

  var isEmpty: Bool { head == batches.count }

  mutating func append(_ batch: Int) { batches.append(batch) }

  func first(after batch: Int) -> Int? {
    let place = firstIndex(in: head..<batches.count) { batches[$0] > batch }
    return place < batches.count ? batches[place] : nil
  }

  mutating func forget(before batch: Int) {
    head = firstIndex(in: head..<batches.count) { batches[$0] >= batch }
    // Moves what is left at most once per element dropped.
    if head > batches.count / 2 {
      batches.removeFirst(head)
      head = 0
    }
  }
}
