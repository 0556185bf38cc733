import BinaryIO
import Threading

/// Copies objects from one place to another: between stores, from and to files.
///
/// Each object appears at its target whole or not at all. Downloads go on where an earlier run stopped; uploads and
/// copies are repeated whole.
public struct ObjectTransfer: Sendable {
  /// One end of a transfer: a store, and what it is for those who can do without its protocol.
  public struct End: Sendable {
    /// The store that keys are relative to.
    public let store: any ObjectStore
    /// Its address.
    public let url: StoreURL

    /// Opens the store at an address.
    public init(_ url: StoreURL, _ stores: ObjectStoreRegistry) async throws(ObjectStoreError) {
      store = try await stores.open(url)
      self.url = url
    }

    /// The file of a key, where the store is a directory.
    func path(of key: ObjectKey) throws(ObjectStoreError) -> String? {
      url.isLocal ? try LocalStore(url.path).path(of: key) : nil
    }
  }

  /// One object to transfer.
  public struct Item: Sendable, Hashable {
    /// What the source tells of it.
    public var source: ObjectInfo
    /// Its name at the target.
    public var target: ObjectKey

    /// Names both.
    public init(_ source: ObjectInfo, to target: ObjectKey) {
      self.source = source
      self.target = target
    }
  }

  /// Where from.
  public let source: End
  /// Where to.
  public let target: End

  /// Makes a transfer between two ends.
  public init(from source: End, to target: End) {
    self.source = source
    self.target = target
  }

  /// Leaves out what is at the target already: the same name and size, and not older than the source.
  ///
  /// Lists the target once.
  public func missing(_ items: [Item]) async throws(ObjectStoreError) -> [Item] {
    var present: [ObjectKey: ObjectInfo] = [:]
    for info in try await target.store.allObjects() { present[info.key] = info }
    return items.filter { item in
      guard let there = present[item.target], there.byteCount == item.source.byteCount else { return true }
      guard let written = there.modified, let changed = item.source.modified else { return false }
      return written < changed
    }
  }

  /// Transfers objects, several at once; the first failure ends it.
  /// - Parameter atOnce: objects under way at once.
  /// - Parameter advance: told the bytes that were moved, from any thread.
  /// - Parameter finished: told each object that is at its target.
  public func run(
    _ items: [Item], atOnce: Int = 8, advance: @escaping @Sendable (Int) -> Void = { _ in },
    finished: @escaping @Sendable (Item) -> Void = { _ in }
  ) async throws(ObjectStoreError) {
    _ = try await concurrently(items.count, window: atOnce) { index throws(ObjectStoreError) in
      try await self.move(items[index], advance)
      finished(items[index])
    }
  }

  private func move(
    _ item: Item, _ advance: @escaping @Sendable (Int) -> Void
  ) async throws(ObjectStoreError) {
    if let path = try target.path(of: item.target) {
      return try await ResumableDownload(source.store, item.source, to: path).run(advance: advance)
    }
    if let path = try source.path(of: item.source.key) {
      _ = try await target.store.upload(path, to: item.target)
      return advance(item.source.byteCount)
    }
    if let full = sameStoreKeys(item) {
      do throws(ObjectStoreError) {
        _ = try await full.store.copy(full.source, to: full.target, options: PutOptions())
        return advance(item.source.byteCount)
      } catch {
        guard error.code == .unsupported else { throw error }
      }
    }
    try await moveThroughFile(item)
    advance(item.source.byteCount)
  }

  /// Both names in the source's store, where the target lies below the same address.
  private func sameStoreKeys(
    _ item: Item
  ) -> (store: any ObjectStore, source: ObjectKey, target: ObjectKey)? {
    guard source.url == target.url else { return nil }
    return (source.store, item.source.key, item.target)
  }

  /// Through a temporary file: memory is bounded whatever the object's size, and the upload can be repeated.
  private func moveThroughFile(_ item: Item) async throws(ObjectStoreError) {
    let path =
      FileSystem.temporaryDirectory + "/transfer-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    let result: Result<ObjectInfo, ObjectStoreError>
    do throws(ObjectStoreError) {
      _ = try await source.store.download(
        item.source.key, to: path, options: GetOptions(ifMatch: item.source.entityTag))
      result = .success(try await target.store.upload(path, to: item.target))
    } catch {
      result = .failure(error)
    }
    await BlockingPool.shared.run { _ = try? FileSystem.remove(path) }
    _ = try result.get()
  }
}
