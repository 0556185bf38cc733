import Synchronization
import Threading

/// Asks a second time when a read does not begin to answer in the usual time; the first answer is taken.
///
/// Only `get`, `head` and `list` are doubled. For a `get`, the first byte decides, and its request alone goes on
/// writing into the sink: no byte is copied or held. ``HedgingDecision`` says when, and that it stays rare.
public struct HedgingStore: StoreWrapper {
  public let base: any ObjectStore
  private let memory: Memory

  private final class Memory: Sendable {
    let decision: Mutex<HedgingDecision>
    let hedged = Atomic<Int>(0)
    init(_ policy: HedgingPolicy) { decision = Mutex(HedgingDecision(policy)) }
  }

  /// Wraps a store.
  public init(_ base: any ObjectStore, policy: HedgingPolicy = HedgingPolicy()) {
    self.base = base
    memory = Memory(policy)
  }

  /// Second requests sent so far.
  public var hedgedCount: Int { memory.hedged.load(ordering: .relaxed) }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let memory = memory
    return try await first { race, runner, start throws(ObjectStoreError) in
      let gate = RaceSink(sink, race, runner) {
        memory.decision.withLock { $0.answered(after: start.duration(to: .now)) }
      }
      return try await base.get(key, options: options, into: gate)
    }
  }

  public func run<R: Sendable>(
    _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    try await body()
  }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    try await first { _, _, start throws(ObjectStoreError) in
      let info = try await base.head(key)
      memory.decision.withLock { $0.answered(after: start.duration(to: .now)) }
      return info
    }
  }

  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    try await first { _, _, _ throws(ObjectStoreError) in
      try await base.list(prefix, delimiter: delimiter, after: token)
    }
  }

  private typealias Attempt<R> =
    @Sendable (HedgedRace, Int, ContinuousClock.Instant) async throws(ObjectStoreError)
    -> R

  /// Runs `attempt` once, and a second time when the first is late; gives the result of the one that won.
  private func first<R: Sendable>(_ attempt: @escaping Attempt<R>) async throws(ObjectStoreError) -> R {
    let race = HedgedRace()
    let delay = memory.decision.withLock { $0.began() }
    let memory = memory
    let outcomes = await withTaskGroup(of: (Int, Result<R, ObjectStoreError>?).self) { group in
      group.addTask { (0, await Self.compete(0, race, attempt)) }
      group.addTask {
        guard await race.isOpen(after: delay), memory.decision.withLock({ $0.spend() }) else {
          return (1, nil)
        }
        memory.hedged.wrappingAdd(1, ordering: .relaxed)
        return (1, await Self.compete(1, race, attempt))
      }
      var outcomes: [Result<R, ObjectStoreError>?] = [nil, nil]
      for await (runner, outcome) in group { outcomes[runner] = outcome }
      return outcomes
    }
    return try Self.better(outcomes).get()
  }

  /// The winner's result: a success before an error, an error of the store before a cancellation.
  private static func better<R>(_ outcomes: [Result<R, ObjectStoreError>?]) -> Result<R, ObjectStoreError> {
    let ended = outcomes.compactMap { $0 }
    var best = Result<R, ObjectStoreError>.failure(ObjectStoreError(.cancelled, url: "store"))
    for outcome in ended {
      switch (outcome, best) {
      case (.success, .failure): best = outcome
      case (.failure(let error), .failure(let other)):
        if error.code != .cancelled, other.code == .cancelled { best = outcome }
      default: break
      }
    }
    return best
  }

  /// Runs one attempt in a task of its own, which the other one's success ends.
  private static func compete<R: Sendable>(
    _ runner: Int, _ race: HedgedRace, _ attempt: @escaping Attempt<R>
  ) async -> Result<R, ObjectStoreError> {
    let start = ContinuousClock.now
    // Awaited below, and cancelled with this task: the race needs a handle to it.
    let task = Task { await Self.outcome(of: attempt, race, runner, start) }
    race.enter(runner) { task.cancel() }
    let outcome = await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
    if case .success = outcome { _ = race.claims(runner) }
    race.end()
    return outcome
  }

  private static func outcome<R: Sendable>(
    of attempt: Attempt<R>, _ race: HedgedRace, _ runner: Int, _ start: ContinuousClock.Instant
  ) async -> Result<R, ObjectStoreError> {
    do throws(ObjectStoreError) {
      return .success(try await attempt(race, runner, start))
    } catch {
      return .failure(error)
    }
  }
}
