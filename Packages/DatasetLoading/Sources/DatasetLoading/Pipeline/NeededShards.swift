/// Which shards are open, and how many planned batches need each.
///
/// In tables by number, which grow with the largest one seen: each batch asks for each of its shards three times, where a
/// hash would cost more than the answer. A pure value.
struct NeededShards: Sendable {
  private var useCounts: [Int32] = []
  private var areOpen: [Bool] = []
  /// Shards that nobody needed any more at some time; some may be needed again.
  private(set) var unused: [Int] = []
  private let tracksUnused: Bool

  init(tracksUnused: Bool) { self.tracksUnused = tracksUnused }

  func isOpen(_ shard: Int) -> Bool { shard < areOpen.count && areOpen[shard] }

  func isNeeded(_ shard: Int) -> Bool { shard < useCounts.count && useCounts[shard] > 0 }

  /// The open shards, ascending.
  var open: [Int] { areOpen.indices.filter { areOpen[$0] } }

  /// Notes that one more batch needs the shard.
  mutating func use(_ shard: Int) {
    makeRoom(for: shard)
    useCounts[shard] += 1
  }

  /// Notes that one batch less needs each of these shards.
  mutating func release(_ shards: [Int]) {
    for shard in shards where isNeeded(shard) {
      useCounts[shard] -= 1
      if useCounts[shard] == 0 { noteUnused(shard) }
    }
  }

  /// Returns whether the shard was not open before.
  mutating func open(_ shard: Int) -> Bool {
    makeRoom(for: shard)
    defer { areOpen[shard] = true }
    // Nobody waits any more when all batches that did have failed for another shard.
    if useCounts[shard] == 0 { noteUnused(shard) }
    return !areOpen[shard]
  }

  /// Returns whether the shard was open.
  mutating func close(_ shard: Int) -> Bool {
    guard isOpen(shard) else { return false }
    areOpen[shard] = false
    return true
  }

  mutating func takeUnused() -> [Int] {
    defer { unused.removeAll(keepingCapacity: true) }
    return unused
  }

  private mutating func noteUnused(_ shard: Int) {
    if tracksUnused { unused.append(shard) }
  }

  private mutating func makeRoom(for shard: Int) {
    guard shard >= useCounts.count else { return }
    let count = shard + 1 - useCounts.count
    useCounts.append(contentsOf: repeatElement(0, count: count))
    areOpen.append(contentsOf: repeatElement(false, count: count))
  }
}
