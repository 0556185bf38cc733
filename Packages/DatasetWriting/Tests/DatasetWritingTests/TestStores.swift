import BinaryIO
import Foundation
import ObjectStorage
import ShardFormats
import Synchronization
import Threading

/// A store that keeps a log, refuses the n-th call, and checks at each index that all it names is there whole.
final class WatchedStore: ObjectStore {
  struct State {
    var log: [String] = []
    var violations: [String] = []
    var inFlight = 0
    var peakInFlight = 0
  }
  private let base: any ObjectStore
  private let state = Monitor(State())
  /// Called before each call with its number; may throw, wait, or kill the process.
  private let before: @Sendable (_ call: Int, _ name: String) async throws(ObjectStoreError) -> Void
  private let after: @Sendable (_ call: Int, _ name: String) async throws(ObjectStoreError) -> Void

  init(
    _ base: any ObjectStore,
    before: @escaping @Sendable (Int, String) async throws(ObjectStoreError) -> Void = {
      (_, _) async throws(ObjectStoreError) in
    },
    after: @escaping @Sendable (Int, String) async throws(ObjectStoreError) -> Void = {
      (_, _) async throws(ObjectStoreError) in
    }
  ) {
    self.base = base
    self.before = before
    self.after = after
  }

  var log: [String] { state.withLock { $0.log } }
  var violations: [String] { state.withLock { $0.violations } }
  var peakInFlight: Int { state.withLock { $0.peakInFlight } }

  /// Returns once a call by this name has begun.
  func begun(_ name: String) async throws {
    try await state.waitAsync(until: .after(.seconds(60)), charging: StallCause("a call")) { $0.log.contains(name) ? () : nil }
  }

  /// Returns once so many calls have been in flight at the same time.
  func reached(inFlight count: Int) async throws {
    try await state.waitAsync(until: .after(.seconds(60)), charging: StallCause("calls")) {
      $0.peakInFlight >= count ? () : nil
    }
  }

  private func enter(_ name: String) -> Int {
    state.notifying { state in
      state.log.append(name)
      state.inFlight += 1
      state.peakInFlight = max(state.peakInFlight, state.inFlight)
      return state.log.count - 1
    }
  }

  private func around<R>(_ name: String, _ body: () async throws(ObjectStoreError) -> R)
    async throws(ObjectStoreError) -> R
  {
    let call = enter(name)
    defer { state.withLock { $0.inFlight -= 1 } }
    try await before(call, name)
    let result = try await body()
    try await after(call, name)
    return result
  }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    try await around("head \(key)") { () async throws(ObjectStoreError) in try await base.head(key) }
  }

  func get(_ key: ObjectKey, options: GetOptions, into sink: any ByteSink) async throws(ObjectStoreError)
    -> ObjectInfo
  {
    try await around("get \(key)") { () async throws(ObjectStoreError) in
      try await base.get(key, options: options, into: sink)
    }
  }

  func list(_ prefix: String, delimiter: String?, after token: String?) async throws(ObjectStoreError)
    -> ListPage
  {
    try await base.list(prefix, delimiter: delimiter, after: token)
  }

  func put(_ key: ObjectKey, from source: any ByteSource, options: PutOptions) async throws(ObjectStoreError)
    -> ObjectInfo
  {
    if key.text == "index.json" {
      let bytes = try source.bytes(at: 0, count: source.byteCount)
      let index = try? DatasetIndex(parsing: bytes.span.bytes, file: "index.json")
      if index == nil { state.withLock { $0.violations.append("an index that cannot be read") } }
      for shard in index.map({ Array($0.shards) }) ?? [] {
        for (raw, zip) in shard.files {
          let file = zip ?? raw
          let info = try? await base.head(try ObjectKey(parsing: file.basename))
          if info?.byteCount != file.byteCount { state.withLock { $0.violations.append(file.basename) } }
        }
      }
    }
    return try await around("put \(key)") { () async throws(ObjectStoreError) in
      try await base.put(key, from: source, options: options)
    }
  }

  func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    try await around("delete \(key)") { () async throws(ObjectStoreError) in try await base.delete(key) }
  }
}

/// A store that keeps less than it is given.
struct ForgetfulStore: ObjectStore {
  let base = MemoryStore()
  let name: ObjectKey

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { try await base.head(key) }
  func get(_ key: ObjectKey, options: GetOptions, into sink: any ByteSink) async throws(ObjectStoreError)
    -> ObjectInfo
  {
    try await base.get(key, options: options, into: sink)
  }
  func put(_ key: ObjectKey, from source: any ByteSource, options: PutOptions) async throws(ObjectStoreError)
    -> ObjectInfo
  {
    guard key == name else { return try await base.put(key, from: source, options: options) }
    let bytes = try source.bytes(at: 0, count: source.byteCount - 1)
    return try await base.put(key, from: MemorySource(bytes), options: options)
  }
}

/// A bucket that is not there, as services tell it: a head finds nothing, a listing knows why.
struct MissingBucket: ObjectStore {
  var abilities: StoreAbilities { [.list, .write] }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { throw missing }
  func get(_ key: ObjectKey, options: GetOptions, into sink: any ByteSink) async throws(ObjectStoreError)
    -> ObjectInfo
  { throw missing }
  func list(_ prefix: String, delimiter: String?, after token: String?) async throws(ObjectStoreError)
    -> ListPage
  { throw missing }

  private var missing: ObjectStoreError {
    ObjectStoreError(.notFound, url: "mem://bucket", detail: "NoSuchBucket", remedy: "check the bucket's name")
  }
}

/// A gate that tests open by hand.
final class Gate: Sendable {
  private let monitor = Monitor(false)
  func open() { monitor.notifying { $0 = true } }
  func pass() async {
    _ = try? await monitor.waitAsync(until: .after(.seconds(60)), charging: StallCause("the gate")) {
      $0 ? true : nil
    }
  }
}

/// A number that several tasks count.
final class Counter: Sendable {
  private let count = Mutex(0)
  func increment() { count.withLock { $0 += 1 } }
  var value: Int { count.withLock { $0 } }
}
