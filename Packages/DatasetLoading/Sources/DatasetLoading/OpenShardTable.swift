import Synchronization

/// The shards that are open, shared by loaders and random access: at most so many, the least recently opened go first.
final class OpenShardTable: Sendable {
  private struct State {
    var shards: [OpenShard?]
    var count = 0
    var clockHand = 0
  }

  private let state: Mutex<State>
  private let limit: Int
  private let openFile: @Sendable (Int) throws(LoadingError) -> OpenShard?

  /// - Parameter open: opens a shard of that number, nil when it is not here. Called without a lock, perhaps for the same
  ///   shard from two threads at once.
  init(
    shardCount: Int, limit: Int, open: @escaping @Sendable (Int) throws(LoadingError) -> OpenShard?
  ) {
    state = Mutex(State(shards: Array(repeating: nil, count: shardCount)))
    self.limit = limit
    openFile = open
  }

  /// The shard if it is open.
  func shard(_ number: Int) -> OpenShard? { state.withLock { $0.shards[number] } }

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

  /// Candidates to close, none while the table is within its limit.
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

  /// Forgets an open shard; who holds it keeps it.
  func close(_ number: Int) {
    let closed: OpenShard? = state.withLock { state in
      guard let shard = state.shards[number] else { return nil }
      state.shards[number] = nil
      state.count -= 1
      return shard
    }
    // The mapping goes outside of the lock.
    withExtendedLifetime(closed) {}
  }
}
