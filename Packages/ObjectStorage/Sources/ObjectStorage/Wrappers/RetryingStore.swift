public import Logging
import Synchronization
import Threading

/// Repeats what may succeed the next time, with growing random delays.
///
/// A body that breaks off is not started again: the rest is asked for by `Range` and `If-Match`, so bytes of
/// two versions never mix; without an entity tag to compare, the failure is passed on. After each `get` the
/// number of bytes is compared with what the store promised. Writes are repeated from their source; a
/// repeated create-only write that meets an object reports `.alreadyExists`, also where the object may be
/// from its own first attempt. A place that takes no connection and has never answered is given up soon.
public struct RetryingStore: StoreWrapper {
  public let base: any ObjectStore
  private let policy: RetryPolicy
  private let logger: Logger
  private let memory: Memory

  /// What all requests of a store have learned.
  private final class Memory: Sendable {
    let hasAnswered = Atomic<Bool>(false)
    let budget: Mutex<RetryBudget>

    init(_ policy: RetryPolicy) { budget = Mutex(RetryBudget(share: policy.retryShare)) }

    func answered() {
      if !hasAnswered.load(ordering: .relaxed) { hasAnswered.store(true, ordering: .relaxed) }
      budget.withLock { $0.succeeded() }
    }
  }

  /// Wraps a store.
  public init(
    _ base: any ObjectStore, policy: RetryPolicy = RetryPolicy(),
    logger: Logger = Logger(label: "streaming.storage")
  ) {
    self.base = base
    self.policy = policy
    self.logger = logger
    memory = Memory(policy)
  }

  public func run<R: Sendable>(
    _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    var plan = RetryPlan(policy)
    while true {
      do throws(ObjectStoreError) {
        let result = try await body()
        memory.answered()
        return result
      } catch {
        try await pause(request, error, &plan, receivedByteCount: 0)
      }
    }
  }

  public func delete(_ keys: [ObjectKey]) async -> [ObjectKey: ObjectStoreError] {
    var plan = RetryPlan(policy)
    var failures = await base.delete(keys)
    var final: [ObjectKey: ObjectStoreError] = [:]
    while let sample = failures.values.first(where: { $0.retry != .never }) {
      for (key, error) in failures where error.retry == .never { final[key] = error }
      let again = failures.filter { $0.value.retry != .never }
      do throws(ObjectStoreError) {
        try await pause(StoreRequest(.delete, sample.url), sample, &plan, receivedByteCount: 0)
      } catch {
        return final.merging(again) { mine, _ in mine }
      }
      failures = await base.delete(Array(again.keys))
    }
    return final.merging(failures) { mine, _ in mine }
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let start = sink.receivedByteCount
    var plan = RetryPlan(policy)
    var attempt = options
    var done = 0
    // What an earlier attempt told of the object: later ones ask for that version only.
    var known: ObjectInfo?
    while true {
      let failure: ObjectStoreError
      do throws(ObjectStoreError) {
        let info = try await base.get(key, options: attempt, into: sink)
        memory.answered()
        let expected = try options.wantedByteCount(of: info)
        let received = sink.receivedByteCount - start
        guard received != expected else { return info }
        failure = Self.wrongLength(key, expected: expected, received: received, info)
      } catch {
        failure = error
      }
      let received = sink.receivedByteCount - start
      if received > 0 {
        known = failure.partial ?? known
        guard let rest = try options.resuming(after: received, of: known, else: failure) else {
          // All bytes had come when the connection broke.
          if let known { return known }
          throw failure
        }
        attempt = rest
      }
      try await pause(StoreRequest(.get, key.text), failure, &plan, receivedByteCount: received - done)
      done = received
    }
  }

  /// Waits as the plan says, or throws the failure.
  private func pause(
    _ request: StoreRequest, _ failure: ObjectStoreError, _ plan: inout RetryPlan, receivedByteCount: Int
  ) async throws(ObjectStoreError) {
    // Whoever has a status is there.
    if failure.status != nil { memory.hasAnswered.store(true, ordering: .relaxed) }
    logger.debug(
      "request failed",
      metadata: [
        "operation": "\(request.operation.rawValue)", "url": "\(failure.url)", "code": "\(failure.code)",
      ])
    guard failure.retry != .never, memory.budget.withLock({ $0.spend() }),
      await plan.waits(
        after: failure, receivedByteCount: receivedByteCount,
        hasAnswered: memory.hasAnswered.load(ordering: .relaxed))
    else { throw failure }
    StreamingMetric.recorder?.add(1, to: .retries)
  }

  private static func wrongLength(
    _ key: ObjectKey, expected: Int, received: Int, _ info: ObjectInfo
  ) -> ObjectStoreError {
    ObjectStoreError(
      received < expected ? .interrupted : .unusableAnswer, url: key.text,
      detail: "expected \(expected) bytes, found \(received)",
      remedy: "try again; check the store if it persists",
      partial: info)
  }
}

extension GetOptions {
  /// Bytes that a successful `get` brings.
  func wantedByteCount(of info: ObjectInfo) throws(ObjectStoreError) -> Int {
    guard let range else { return info.byteCount }
    return range.resolved(in: info.byteCount)?.count ?? 0
  }

  /// What to ask for after `received` bytes have come.
  /// - Returns: nil when nothing is left to ask for.
  /// - Throws: `failure` when the object's version is not known, so the rest may be of another one.
  func resuming(
    after received: Int, of info: ObjectInfo?, else failure: ObjectStoreError
  ) throws(ObjectStoreError) -> GetOptions? {
    guard let info, let tag = info.entityTag, ifMatch == nil || ifMatch == tag else { throw failure }
    let whole = range.map { $0.resolved(in: info.byteCount) } ?? 0..<info.byteCount
    guard let whole, received <= whole.count else { throw failure }
    if received == whole.count { return nil }
    return GetOptions(range: .bytes((whole.lowerBound + received)..<whole.upperBound), ifMatch: tag)
  }
}
