/// A store around another: all requests go through ``run(_:_:)``, and what is not written differently goes on to
/// ``base``.
///
/// ```swift
/// struct LoggedStore: StoreWrapper {
///   let base: any ObjectStore
///   func run<R: Sendable>(
///     _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
///   ) async throws(ObjectStoreError) -> R {
///     print(request)
///     return try await body()
///   }
/// }
/// ```
public protocol StoreWrapper: ObjectStore {
  /// The store below.
  var base: any ObjectStore { get }

  /// Runs one request to the store below; by default at once, and once.
  /// - Parameter body: sends the request. For a `get` it must not be called twice: its sink has bytes by then.
  func run<R: Sendable>(
    _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R
}

/// What is asked of a store, for those who count, limit or log requests.
public struct StoreRequest: Sendable, Hashable, CustomStringConvertible {
  /// A kind of request.
  public enum Operation: String, Sendable, Hashable, CaseIterable {
    case head, get, list, put, copy, delete, presign
  }

  /// The kind.
  public let operation: Operation
  /// The key or prefix it is about; of several keys the first.
  public let name: String

  /// Names a request.
  public init(_ operation: Operation, _ name: String) {
    self.operation = operation
    self.name = name
  }

  public var description: String { "\(operation.rawValue) \(name)" }
}

extension StoreWrapper {
  public func run<R: Sendable>(
    _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    try await body()
  }

  public var abilities: StoreAbilities { base.abilities }

  public func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    try await run(StoreRequest(.head, key.text)) { () async throws(ObjectStoreError) in
      try await base.head(key)
    }
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await run(StoreRequest(.get, key.text)) { () async throws(ObjectStoreError) in
      try await base.get(key, options: options, into: sink)
    }
  }

  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    try await run(StoreRequest(.list, prefix)) { () async throws(ObjectStoreError) in
      try await base.list(prefix, delimiter: delimiter, after: token)
    }
  }

  public func list(
    _ prefix: String, delimiter: String?, startingAfter start: ObjectKey, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    try await run(StoreRequest(.list, prefix)) { () async throws(ObjectStoreError) in
      try await base.list(prefix, delimiter: delimiter, startingAfter: start, after: token)
    }
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await run(StoreRequest(.put, key.text)) { () async throws(ObjectStoreError) in
      try await base.put(key, from: source, options: options)
    }
  }

  public func copy(
    _ source: ObjectKey, to target: ObjectKey, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await run(StoreRequest(.copy, target.text)) { () async throws(ObjectStoreError) in
      try await base.copy(source, to: target, options: options)
    }
  }

  public func delete(_ key: ObjectKey) async throws(ObjectStoreError) {
    try await run(StoreRequest(.delete, key.text)) { () async throws(ObjectStoreError) in
      try await base.delete(key)
    }
  }

  public func delete(_ keys: [ObjectKey]) async -> [ObjectKey: ObjectStoreError] {
    do throws(ObjectStoreError) {
      return try await run(StoreRequest(.delete, keys.first?.text ?? "")) {
        () async throws(ObjectStoreError) in
        await base.delete(keys)
      }
    } catch {
      return Dictionary(keys.map { ($0, error) }) { first, _ in first }
    }
  }

  public func presignedURL(
    for use: PresignedURL.Use, _ key: ObjectKey, lifetime: Duration
  ) async throws(ObjectStoreError) -> PresignedURL {
    try await run(StoreRequest(.presign, key.text)) { () async throws(ObjectStoreError) in
      try await base.presignedURL(for: use, key, lifetime: lifetime)
    }
  }

  public func diagnose() async -> StoreDiagnosis { await base.diagnose() }
}
