import BinaryIO
import ObjectStorage
import ShardCaching
import ShardFormats
import Threading

/// A stream whose index is read: its shards and the cache that gets them.
struct OpenStream: Sendable {
  let location: StreamLocation
  let index: DatasetIndex
  let cache: ShardCache

  private static let indexName: ObjectKey = "index.json"

  /// Reads the index, fetching it first when the directory has none.
  /// - Throws: ``LoadingError`` `.configuration`, `.index`.
  static func open(
    _ stream: DataStream, number: Int, stores: ObjectStoreRegistry, options: DatasetOptions
  ) async throws(LoadingError) -> OpenStream {
    let location = try StreamLocation(stream, number: number)
    var store: (any ObjectStore)?
    if let remote = location.remote {
      do throws(ObjectStoreError) {
        let opened = try await stores.open(remote)
        store = options.retry.map { RetryingStore(opened, policy: $0) } ?? opened
      } catch {
        throw LoadingError(.configuration, stream: number, cause: error)
      }
    }
    let path = location.directory + "/index.json"
    if let store, try await onDisk(number, { () throws(FileError) in try FileSystem.status(of: path) == nil }) {
      try await fetchIndex(to: path, from: store, stream: number, limit: options.indexLimit)
    }
    let index = try await read(path, stream: number, limit: options.indexLimit)
    let cache = ShardCache(
      directory: location.directory, shards: index.shards, store: store, options: stream.cache ?? options.cache)
    return OpenStream(location: location, index: index, cache: cache)
  }

  private static func fetchIndex(
    to path: String, from store: any ObjectStore, stream: Int, limit: ByteCount
  ) async throws(LoadingError) {
    let bytes: [UInt8]
    do throws(ObjectStoreError) {
      bytes = try await store.bytes(of: indexName, limit: limit)
    } catch {
      throw LoadingError(.index, stream: stream, cause: error)
    }
    // Read before it is installed: a damaged index must not be found by the next run.
    try check(bytes, path, stream)
    try await onDisk(stream) { () throws(FileError) in try install(bytes, path) }
  }

  private static func install(_ bytes: [UInt8], _ path: String) throws(FileError) {
    try FileSystem.createDirectory(FileSystem.parentDirectory(of: path))
    try FileSystem.write(bytes.span.bytes, to: path)
  }

  private static func read(_ path: String, stream: Int, limit: ByteCount) async throws(LoadingError) -> DatasetIndex {
    do {
      return try await BlockingPool.shared.run {
        let file = try MappedFile(path: path)
        guard file.byteCount <= limit.value else {
          throw LoadingError(
            .index, stream: stream, expected: "an index of at most \(limit)", found: "\(ByteCount(file.byteCount))",
            remedy: "raise indexLimit if this is the index you mean")
        }
        let bytes = file.bytes
        return try DatasetIndex(parsing: bytes, file: path)
      }
    } catch let error as LoadingError {
      throw error
    } catch let error as FileError where error.code == .notFound {
      throw LoadingError(
        .index, stream: stream, expected: "\(path)", found: "no such file",
        remedy: "check the directory, or give the address to fetch the data set from", cause: error)
    } catch {
      throw LoadingError(.index, stream: stream, cause: error)
    }
  }

  private static func check(_ bytes: [UInt8], _ path: String, _ stream: Int) throws(LoadingError) {
    do throws(ShardError) {
      _ = try DatasetIndex(parsing: bytes.span.bytes, file: path)
    } catch {
      throw LoadingError(.index, stream: stream, cause: error)
    }
  }

  private static func onDisk<R: Sendable>(
    _ stream: Int, _ body: @escaping @Sendable () throws(FileError) -> R
  ) async throws(LoadingError) -> R {
    do throws(FileError) {
      return try await BlockingPool.shared.run(body)
    } catch {
      throw LoadingError(.index, stream: stream, cause: error)
    }
  }
}
