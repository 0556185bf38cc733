import BinaryIO
import ObjectStorage
import SampleOrder
import ShardCaching
import ShardFormats
import Threading

/// A stream whose index is read: its shards and the cache that gets them.
struct OpenStream: Sendable {
  let location: StreamLocation
  let index: DatasetIndex
  let cache: ShardCache

  /// What the streams of a data set are opened with.
  struct Setting: Sendable {
    let world: World
    let stores: ObjectStoreRegistry
    let options: DatasetOptions
    /// The limit that all caches share; nil for none.
    let budget: CacheBudget?
  }

  /// Reads the index, fetching it first when the directory has none, and opens the cache.
  /// - Throws: ``LoadingError`` `.configuration`, `.index`, `.cache`.
  static func open(
    _ stream: DataStream, number: Int, _ setting: Setting
  ) async throws(LoadingError) -> OpenStream {
    let options = setting.options
    let location = try StreamLocation(stream, number: number)
    let cacheOptions = stream.cache ?? options.cache
    var store: (any ObjectStore)?
    if let remote = location.remote {
      do throws(ObjectStoreError) {
        let opened = try await setting.stores.open(remote)
        store = options.retry.map { RetryingStore(opened, policy: $0) } ?? opened
      } catch {
        throw LoadingError(.configuration, stream: number, cause: error)
      }
    }
    let path = location.directory + "/index.json"
    var installed: InstalledIndex?
    if let store, try await isAbsent(path, number) {
      try await awaitTurn(of: setting.world, within: options.startSpread)
      do throws(CacheError) {
        installed = try await ShardCache.installIndex(
          in: location.directory, from: store, limit: options.indexLimit, until: .after(cacheOptions.lockTimeout))
      } catch {
        throw LoadingError(error.code == .cancelled ? .cancelled : .index, stream: number, cause: error.cause ?? error)
      }
    }
    let (index, stamp) = try await read(
      path, remote: location.remote.map { "\($0)" }, stream: number, limit: options.indexLimit)
    do throws(CacheError) {
      let cache = try await ShardCache.open(
        in: location.directory, shards: index.shards, store: store, options: cacheOptions, stamp: stamp,
        budget: setting.budget, installed: installed)
      return OpenStream(location: location, index: index, cache: cache)
    } catch {
      throw LoadingError(.cache, stream: number, cause: error)
    }
  }

  private static func awaitTurn(of world: World, within spread: Duration) async throws(LoadingError) {
    guard spread > .zero, world.node > 0 else { return }
    do throws(WaitError) {
      try await delay(for: spread * world.node / world.nodes, charging: StallCause("this node's turn to ask for an index"))
    } catch {
      throw LoadingError(.cancelled, expected: "this node's turn to ask for an index", found: "\(error)", cause: error)
    }
  }

  private static func read(
    _ path: String, remote: String?, stream: Int, limit: ByteCount
  ) async throws(LoadingError) -> (DatasetIndex, CacheStamp) {
    do {
      return try await BlockingPool.shared.run {
        let file = try MappedFile(path: path)
        guard file.byteCount <= limit.value else {
          throw LoadingError(
            .index, stream: stream, expected: "an index of at most \(limit)", found: "\(ByteCount(file.byteCount))",
            remedy: "raise indexLimit if this is the index you mean")
        }
        let opened = try OpenedIndex(file)
        return (
          opened.index, CacheStamp(shardCount: opened.index.shards.count, index: opened.contentHash, remote: remote)
        )
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

  private static func isAbsent(_ path: String, _ stream: Int) async throws(LoadingError) -> Bool {
    do throws(FileError) {
      return try await BlockingPool.shared.run { () throws(FileError) in try FileSystem.status(of: path) == nil }
    } catch {
      throw LoadingError(.index, stream: stream, cause: error)
    }
  }
}
