import Synchronization

/// The shards that are open, shared by loaders and random access.
///
/// Who needs a shard holds it, and it stays open. What nobody holds is closed at once where the cache is to be kept small;
/// else it stays open, at most so many, for who comes next.
final class OpenShardTable: Sendable {
  private struct State {
    var shards: [OpenShard?]
    var holders: [Int: Int] = [:]
    var count = 0
    var clockHand = 0
    /// The shard that random access looked at last.
    var recent: Int?
  }

  private let state: Mutex<State>
  private let limit: Int
  private let closesUnheld: Bool
  private let openFile: @Sendable (Int) throws(LoadingError) -> OpenShard?

  /// - Parameter open: opens a shard of that number, nil when it is not here. Called without a lock, perhaps for the same
  ///   shard from two threads at once.
  init(
    shardCount: Int, limit: Int, closesUnheld: Bool, open: @escaping @Sendable (Int) throws(LoadingError) -> OpenShard?
  ) {
    state = Mutex(State(shards: Array(repeating: nil, count: shardCount)))
    self.limit = limit
    self.closesUnheld = closesUnheld
    openFile = open
  }

  /// The shard if it is open.
  func shard(_ number: Int) -> OpenShard? { state.withLock { $0.shards[number] } }

  /// Appends these shards as far as they are open, up to the first that is not.
  func append(_ numbers: [Int], to shards: inout [OpenShard]) {
    state.withLock { state in
      for number in numbers {
        guard let shard = state.shards[number] else { return }
        shards.append(shard)
      }
    }
  }

  /// The shard, opened when it is here; nil when it must be fetched first. Blocks on the file system.
  func open(_ number: Int) throws(LoadingError) -> OpenShard? {
    if let shard = shard(number) { return shard }
    guard let opened = try openFile(number) else { return nil }
    return state.withLock { state in
      // Another thread was quicker: one of the two goes.
      if let shard = state.shards[number] { return shard }
      state.shards[number] = opened
      state.count += 1
      return opened
    }
  }

  /// The shard for a look at single samples: it stays open until another one is looked at.
  func openRecent(_ number: Int) throws(LoadingError) -> OpenShard? {
    let shard = try open(number)
    guard closesUnheld, shard != nil else { return shard }
    let before: Int? = state.withLock { state in
      defer { state.recent = number }
      return state.recent
    }
    if let before, before != number { close(before) }
    return shard
  }

  /// Keeps a shard open until ``letGo(_:)``. Counted: several may hold it.
  func hold(_ number: Int) { state.withLock { $0.holders[number, default: 0] += 1 } }

  /// Ends a hold.
  func letGo(_ number: Int) {
    let isUnheld = state.withLock { state in
      guard let count = state.holders[number] else { return false }
      state.holders[number] = count > 1 ? count - 1 : nil
      return count == 1
    }
    if isUnheld, closesUnheld { close(number) }
  }

  /// Shards to let go, none while the table is within its limit.
  func surplus() -> [Int] {
    state.withLock { state in
      guard state.count > limit else { return [] }
      var found: [Int] = []
      // Round and round: every open shard is a candidate once before one is again.
      for _ in 0..<state.shards.count where found.count < 2 * (state.count - limit) + 8 {
        state.clockHand = state.clockHand + 1 == state.shards.count ? 0 : state.clockHand + 1
        if state.shards[state.clockHand] != nil { found.append(state.clockHand) }
      }
      return found
    }
  }

  /// Forgets an open shard that nobody holds; who has a reference keeps it.
  func close(_ number: Int) {
    let closed: OpenShard? = state.withLock { state in
      guard state.holders[number] == nil, state.recent != number, let shard = state.shards[number] else { return nil }
      state.shards[number] = nil
      state.count -= 1
      return shard
    }
    // The mapping goes outside of the lock.
    withExtendedLifetime(closed) {}
  }

  /// Forgets an open shard that nobody holds, also the one that was looked at last.
  func closeIdle(_ number: Int) {
    state.withLock { if $0.recent == number { $0.recent = nil } }
    close(number)
  }

  /// Forgets an open shard that turned out damaged, whoever holds it: the next to ask opens its files anew.
  /// - Returns: whether it was the one that is open; if not, another thread has dropped it before.
  @discardableResult
  func drop(_ shard: OpenShard, _ number: Int) -> Bool {
    state.withLock { state in
      guard state.shards[number] === shard else { return false }
      state.shards[number] = nil
      state.count -= 1
      return true
    }
  }
}
