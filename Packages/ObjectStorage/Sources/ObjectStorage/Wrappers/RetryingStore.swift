public import Logging
import Threading

/// Repeats what may succeed the next time, with growing random delays.
///
/// A body that breaks off is not started again: the rest is asked for by `Range` and `If-Match`, so bytes of
/// two versions never mix; without an entity tag to compare, the failure is passed on. After each `get` the
/// number of bytes is compared with what the store promised. Writes are repeated from their source; a
/// repeated create-only write that meets an object reports `.alreadyExists`, also where the object may be
/// from its own first attempt.
public struct RetryingStore: ObjectStore {
  private let base: any ObjectStore
  private let policy: RetryPolicy
  private let logger: Logger

  /// Wraps a store.
  public init(
    _ base: any ObjectStore, policy: RetryPolicy = RetryPolicy(),
    logger: Logger = Logger(label: "streaming.storage")
  ) {
    self.base = base
    self.policy = policy
    self.logger = logger
  }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    try await retrying("head") { () async throws(ObjectStoreError) in try await base.head(key) }
  }

  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    try await retrying("list") { () async throws(ObjectStoreError) in
      try await base.list(prefix, delimiter: delimiter, after: token)
    }
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await retrying("put") { () async throws(ObjectStoreError) in
      try await base.put(key, from: source, options: options)
    }
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    try await retrying("delete") { () async throws(ObjectStoreError) in try await base.delete(key) }
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
      try await pause("get", failure, &plan, receivedByteCount: received - done)
      done = received
    }
  }

  private func retrying<R>(
    _ operation: StaticString, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    var plan = RetryPlan(policy)
    while true {
      do throws(ObjectStoreError) {
        return try await body()
      } catch {
        try await pause(operation, error, &plan, receivedByteCount: 0)
      }
    }
  }

  /// Waits as the plan says, or throws the failure.
  private func pause(
    _ operation: StaticString, _ failure: ObjectStoreError, _ plan: inout RetryPlan, receivedByteCount: Int
  ) async throws(ObjectStoreError) {
    logger.debug(
      "request failed",
      metadata: ["operation": "\(operation)", "url": "\(failure.url)", "code": "\(failure.code)"])
    guard await plan.waits(after: failure, receivedByteCount: receivedByteCount) else { throw failure }
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
