import BinaryIO
public import ObjectStorage
public import ShardFormats
import Threading

/// The shards of one stream in one directory, shared by all threads of a process and all processes of a node.
///
/// A file appears under its name whole and checked, or not at all: downloads and decompressed forms go to temporary
/// names and are renamed. Two processes never install the same shard at once. Files are laid out as upstream lays them
/// out, so a directory can be used by either in turn.
///
/// Any thread or task may call.
public final class ShardCache: Sendable {
  /// The directory that holds the index and the shards.
  public let directory: String
  /// The shards.
  public let shards: ShardTable
  /// The store that shards come from, its keys being their basenames; nil when the directory is all there is.
  public let store: (any ObjectStore)?
  public let options: CacheOptions

  /// A cache over an existing directory.
  /// - Parameter store: opened at the stream's own address. Nil when the directory holds the only copy, of which
  ///   nothing is ever deleted.
  public init(
    directory: String, shards: ShardTable, store: (any ObjectStore)?, options: CacheOptions = CacheOptions()
  ) {
    self.directory = directory
    self.shards = shards
    self.store = store
    self.options = options
  }

  /// The path of a file of the cache.
  public func path(of file: FileInfo) -> String { directory + "/" + file.basename }

  /// The bytes that fetching the shard would move, 0 when all of it is here.
  public func missingByteCount(of shard: Int) throws(CacheError) -> Int {
    var total = 0
    for file in shards[shard].files where try place(of: file, shard) == .absent {
      total += (file.zip ?? file.raw).byteCount
    }
    return total
  }

  /// The paths of the shard's raw files, in the order of `ShardInfo.files`; nil when some must be fetched first.
  ///
  /// Decompresses what is there in compressed form only. Blocks on the file system: not for the cooperative pool.
  /// - Throws: ``CacheError`` `.missing` without a store, `.wrongSize`, `.wrongHash`, `.undecodable`, `.directory`.
  public func residentFiles(of shard: Int) throws(CacheError) -> [String]? {
    var paths: [String] = []
    for file in shards[shard].files {
      switch try place(of: file, shard) {
      case .raw: break
      case .compressed: try decompress(file, shard)
      case .absent: return nil
      }
      paths.append(path(of: file.raw))
    }
    return paths
  }

  typealias ShardFile = (raw: FileInfo, zip: FileInfo?)

  enum Place { case raw, compressed, absent }

  /// Where a file of the shard is, by name and size.
  func place(of file: ShardFile, _ shard: Int) throws(CacheError) -> Place {
    if try isPresent(file.raw, shard) { return .raw }
    if let zip = file.zip, try isPresent(zip, shard) { return .compressed }
    guard store != nil else {
      throw CacheError(
        .missing, file: path(of: file.zip ?? file.raw), shard: shard, expected: "the file that the index names",
        found: "nothing", remedy: "give the address that the data set was downloaded from, or restore the file")
    }
    return .absent
  }

  private func isPresent(_ file: FileInfo, _ shard: Int) throws(CacheError) -> Bool {
    let status: FileStatus?
    do throws(FileError) {
      status = try FileSystem.status(of: path(of: file))
    } catch {
      throw directoryError(error, shard)
    }
    guard let status else { return false }
    if status.byteCount == file.byteCount, status.kind == .file { return true }
    // What can be fetched again is; the only copy is left alone, and told about.
    guard store == nil else { return false }
    throw CacheError(
      .wrongSize, file: path(of: file), shard: shard, expected: "\(file.byteCount) bytes",
      found: status.kind == .file ? "\(status.byteCount)" : "\(status.kind)",
      remedy: "restore the file; `streaming verify` lists every damaged one")
  }

  func directoryError(_ error: FileError, _ shard: Int) -> CacheError {
    CacheError(
      .directory, file: error.path, shard: shard, expected: error.expected, found: error.found, remedy: error.remedy,
      cause: error)
  }
}
