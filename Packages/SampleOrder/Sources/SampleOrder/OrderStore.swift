import Synchronization

/// What the copies of a plan share: the orders of its sources, with the blocks that they keep.
final class OrderStore: Sendable {
  private let lookups: Mutex<[any PositionLookup]>

  init(_ lookups: [any PositionLookup]) { self.lookups = Mutex(lookups) }

  /// The same orders, from here on with blocks of their own.
  func copy() -> OrderStore { OrderStore(lookups.withLock { $0 }) }

  /// Replaces positions by sample ids; `runs` tells the source of each run of them, in order.
  func translate(_ positions: [Int64], runs: [(source: Int, count: Int)]) -> [Int64] {
    lookups.withLock { lookups in
      var ids = positions
      var all = ids.mutableSpan
      var start = 0
      for run in runs {
        var part = all._mutatingExtracting(start..<start + run.count)
        lookups[run.source].translate(&part)
        start += run.count
      }
      return ids
    }
  }
}
