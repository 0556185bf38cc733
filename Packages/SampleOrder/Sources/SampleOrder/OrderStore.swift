import Synchronization

/// What the copies of a plan share: the orders of its sources, with the blocks that they keep.
final class OrderStore: Sendable {
  private let lookups: Mutex<[any PositionLookup]>
  private let knownFingerprint = Mutex<RunFingerprint?>(nil)

  /// Whether some order is worth keeping in an archive that does not have it. Known from the start: who asks must not wait
  /// for a reader that works an order out.
  let isToBeKept: Bool

  init(_ lookups: [any PositionLookup]) {
    isToBeKept = lookups.contains { $0.isToBeKept }
    self.lookups = Mutex(lookups)
  }

  /// The fingerprint of the plan, made once.
  func fingerprint(_ make: () -> RunFingerprint) -> RunFingerprint {
    if let known = knownFingerprint.withLock({ $0 }) { return known }
    let made = make()
    knownFingerprint.withLock { $0 = made }
    return made
  }

  /// Keeps the orders in their archive. Takes as long as reading them whole; others may read copies meanwhile.
  func keepWhole(isCancelled: () -> Bool) {
    var copies = lookups.withLock { $0 }
    for number in copies.indices { copies[number].keepWhole(isCancelled: isCancelled) }
  }

  /// The same orders, from here on with blocks of their own.
  func copy() -> OrderStore { OrderStore(lookups.withLock { $0 }) }

  /// Appends the sample ids of equally spaced positions of the first source.
  func appendIds(_ positions: PositionRun, to out: inout OutputSpan<Int64>) {
    lookups.withLock { $0[0].appendIds(positions, to: &out) }
  }

  /// Replaces positions by sample ids; negative ones stay.
  func translate(_ positions: inout MutableSpan<Int64>, runs: SourceRuns) {
    lookups.withLock { lookups in
      var start = 0
      for run in runs.runs {
        var part = positions._mutatingExtracting(start..<start + run.count)
        lookups[run.source].translate(&part)
        start += run.count
      }
    }
  }
}
