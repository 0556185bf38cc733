/// Counts requests, bytes, times and errors. Below ``RetryingStore`` it sees each attempt, above it what its user sees.
public struct MeasuredStore: StoreWrapper {
  public let base: any ObjectStore
  /// The counts.
  public let metrics: StoreMetrics

  /// Wraps a store.
  /// - Parameter metrics: may be shared by several stores.
  public init(_ base: any ObjectStore, metrics: StoreMetrics = StoreMetrics()) {
    self.base = base
    self.metrics = metrics
  }

  public func run<R: Sendable>(
    _ request: StoreRequest, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    try await measured(request.operation, byteCount: { 0 }, body)
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let before = sink.receivedByteCount
    return try await measured(.get, byteCount: { sink.receivedByteCount - before }) {
      () async throws(ObjectStoreError) in
      try await base.get(key, options: options, into: sink)
    }
  }

  public func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try await measured(.put, byteCount: { source.byteCount }) { () async throws(ObjectStoreError) in
      try await base.put(key, from: source, options: options)
    }
  }

  private func measured<R>(
    _ operation: StoreRequest.Operation, byteCount: () -> Int, _ body: () async throws(ObjectStoreError) -> R
  ) async throws(ObjectStoreError) -> R {
    let start = ContinuousClock.now
    metrics.began()
    do throws(ObjectStoreError) {
      let result = try await body()
      metrics.ended(operation, after: start.duration(to: .now), byteCount: byteCount(), error: nil)
      return result
    } catch {
      let moved = operation == .put ? 0 : byteCount()
      metrics.ended(operation, after: start.duration(to: .now), byteCount: moved, error: error.code)
      throw error
    }
  }
}
