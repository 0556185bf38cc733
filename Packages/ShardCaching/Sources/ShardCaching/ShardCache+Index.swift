public import BinaryIO
public import ObjectStorage
import ShardFormats
public import Threading

extension ShardCache {
  /// Puts the index of a data set into a directory that has none: one process fetches it, others wait and find it.
  ///
  /// It is read before it is installed, so that a damaged one is not found by the next run.
  /// - Returns: what came from the store, for ``open(directory:shards:store:options:stamp:budget:installed:)``; nil where an
  ///   index was there.
  /// - Throws: ``CacheError`` `.store`, `.directory`, `.badIndex`, `.timedOut`, `.cancelled`.
  @discardableResult
  public static func installIndex(
    in directory: String, from store: any ObjectStore, limit: ByteCount, until deadline: Deadline
  ) async throws(CacheError) -> InstalledIndex? {
    let path = directory + "/index.json"
    try await onDisk { () throws(FileError) in try FileSystem.createDirectory(directory) }
    let lock = try await DirectoryLock.acquire(in: directory, at: CacheLockByte.start, nil, until: deadline)
    defer { withExtendedLifetime(lock) {} }
    let isAbsent = try await onDisk { () throws(FileError) in try FileSystem.status(of: path) == nil }
    guard isAbsent else { return nil }
    // Who finds the index from now on waits until it is noted that it need not be compared with the store's.
    let comparing = try await BlockingPool.shared.run { () throws(CacheError) in
      try DirectoryLock.tryAcquire(in: directory, at: CacheLockByte.comparison, nil)
    }
    let sink = MemorySink(limit: limit)
    let info: ObjectInfo
    do throws(ObjectStoreError) {
      info = try await store.get("index.json", into: sink)
    } catch {
      throw CacheError(
        error.code == .cancelled ? .cancelled : .store, file: "index.json", expected: "the index of the data set",
        found: "\(error.code)", remedy: error.remedy, cause: error)
    }
    let bytes = sink.takeBytes()
    do throws(ShardError) {
      _ = try DatasetIndex(parsing: bytes.span.bytes, file: path)
    } catch {
      throw CacheError(
        .badIndex, file: path, expected: "an index", found: "\(error.found)", remedy: error.remedy, cause: error)
    }
    try await onDisk { () throws(FileError) in try write(bytes, path) }
    return InstalledIndex(hash: CacheStamp.hash(bytes.span.bytes), tag: Self.indexTag(info), comparing: comparing)
  }

  /// A number for the version of an index that a store tells of; nil where it tells none.
  static func indexTag(_ info: ObjectInfo) -> UInt64? {
    info.entityTag.map { CacheStamp.hash(of: "\(info.byteCount) \($0)") | 1 }
  }

  private static func write(_ bytes: [UInt8], _ path: String) throws(FileError) {
    try FileSystem.write(bytes.span.bytes, to: path)
  }

  private static func onDisk<R: Sendable>(
    _ body: @escaping @Sendable () throws(FileError) -> R
  ) async throws(CacheError) -> R {
    do throws(FileError) {
      return try await BlockingPool.shared.run(body)
    } catch {
      throw CacheError(directory: error, nil)
    }
  }
}

/// An index that just came from its store: nobody needs to ask there again whether it is the one that belongs to the shards.
public struct InstalledIndex: Sendable {
  let hash: UInt64
  let tag: UInt64?
  /// Held until this value goes: the comparison is done when its tag is noted.
  let comparing: DirectoryLock?
}
