import ObjectStorage

/// A store in memory that tells which objects are read.
struct WatchedStore: ObjectStore {
  typealias Watch = @Sendable (ObjectKey) throws(ObjectStoreError) -> Void

  let base: MemoryStore
  /// Called before an object is read; what it throws becomes of the request.
  var asked: Watch = { _ in }
  /// Called after one was read.
  var read: Watch = { _ in }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo { try await base.head(key) }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    try asked(key)
    let info = try await base.get(key, options: options, into: sink)
    try read(key)
    return info
  }
}
