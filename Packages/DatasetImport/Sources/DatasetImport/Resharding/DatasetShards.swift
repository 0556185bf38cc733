internal import BinaryIO
internal import DelimitedFormats
internal import MDSFormat
public import ObjectStorage
internal import ShardCaching
public import ShardFormats
internal import ShardHashing
internal import Threading

/// The shards of a data set, wherever it lies, opened one after another: checked against the index, decompressed, mapped.
///
/// Shards that are local and not compressed are read where they are. Others go through a directory of the caller's, which
/// holds at most the two shards that are open.
public struct DatasetShards: Sendable {
  public let index: DatasetIndex
  /// The place of the data set, without secrets.
  public let address: String
  private let directory: String?
  private let cache: ShardCache

  /// Reads the index.
  /// - Parameter address: a path or URL of a directory with an `index.json`.
  /// - Parameter scratch: an empty directory for shards that are fetched or decompressed; the caller deletes it.
  /// - Throws: ``ImportError`` `.badDataset` with a `ShardError` or `ObjectStoreError` as its cause.
  public init(at address: String, scratch: String, stores: ObjectStoreRegistry) async throws(ImportError) {
    do {
      let url = try StoreURL(parsing: address)
      let store = try await stores.open(url)
      self.address = url.description
      directory = url.isLocal ? url.path : nil
      let json = try await store.bytes(of: "index.json", limit: .gigabytes(4))
      index = try DatasetIndex(parsing: json.span.bytes, file: self.address + "/index.json")
      cache = ShardCache(directory: scratch, shards: index.shards, store: store)
    } catch {
      throw Self.unreadable(address, error)
    }
  }

  /// Fetches a shard if need be, checks its files' sizes and listed hashes, and opens it.
  /// - Throws: ``ImportError`` `.badDataset`.
  func open(_ shard: Int) async throws(ImportError) -> any ShardReader {
    do {
      let pool = BlockingPool.shared
      if let reader = try await pool.run({ try openInPlace(shard) }) { return reader }
      try await cache.fetch(shard)
      return try await pool.run {
        guard let paths = try cache.residentFiles(of: shard) else {
          throw CacheError(
            .missing, file: cache.directory, shard: shard, expected: "the shard that was just fetched",
            found: "nothing", remedy: "leave the directory alone")
        }
        return try Self.open(index.shards[shard], paths)
      }
    } catch {
      throw Self.unreadable(address, error)
    }
  }

  /// Removes what a shard took in the scratch directory. An open reader stays usable.
  func close(_ shard: Int) async throws(ImportError) {
    let cache = cache
    do {
      try await BlockingPool.shared.run {
        for file in index.shards[shard].files {
          _ = try FileSystem.remove(cache.path(of: file.raw))
          if let zip = file.zip { _ = try FileSystem.remove(cache.path(of: zip)) }
        }
      }
    } catch {
      throw Self.unreadable(address, error)
    }
  }

  /// The shard where it lies; nil when it is elsewhere, or compressed.
  private func openInPlace(_ shard: Int) throws -> (any ShardReader)? {
    guard let directory else { return nil }
    let info = index.shards[shard]
    var paths: [String] = []
    for file in info.files {
      let path = directory + "/" + file.raw.basename
      guard try FileSystem.status(of: path)?.kind == .file else { return nil }
      paths.append(path)
      try Self.checkHashes(file.raw, path)
    }
    return try Self.open(info, paths)
  }

  private static func checkHashes(_ file: FileInfo, _ path: String) throws {
    let mapped = try MappedFile(path: path)
    for hash in file.hashes {
      guard let algorithm = try? HashAlgorithm(parsing: hash.algorithm) else { continue }
      let digest = algorithm.digest(of: mapped.bytes).hex
      guard digest != hash.hex else { continue }
      throw CacheError(
        .wrongHash, file: path, expected: "\(hash.algorithm) \(hash.hex)", found: digest,
        remedy: "`streaming verify` lists all that is damaged")
    }
  }

  /// Opens a shard of any format.
  /// - Parameter paths: its files as they are read, in the order of `ShardInfo.files`.
  package static func open(_ info: ShardInfo, _ paths: [String]) throws -> any ShardReader {
    let files = try paths.map { try MappedFile(path: $0) }
    guard info.format == .mds ? files.count == 1 : files.count == 2 else {
      throw ImportError(
        .badDataset, file: info.rawData.basename, expected: "the files of a \(info.format.rawValue) shard",
        found: "\(files.count)", remedy: "`streaming verify` lists all that is damaged")
    }
    if info.format == .mds { return try MDSShard(files[0], info: info) }
    return try TextShard(data: files[1], meta: files[0], info: info)
  }

  private static func unreadable(_ address: String, _ error: any Error) -> ImportError {
    (error as? ImportError)
      ?? ImportError(
        .badDataset, file: address, expected: "a data set that can be read", found: "\(error)", remedy: "see the cause",
        cause: error)
  }
}
