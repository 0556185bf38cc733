import BinaryIO
import CachePlanning
import Logging
public import ObjectStorage
public import ShardFormats
import Synchronization
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

  /// The directory with its control file; nil when it has none, because nothing is cached or it can't be written.
  let member: CacheDirectory?
  let budget: CacheBudget?
  let stamp: CacheStamp?
  let logger = Logger(label: "streaming.cache")
  /// What this process found out about shards.
  let findings = Mutex(Findings())

  struct Findings: Sendable {
    /// Shards whose resident files' hashes were compared.
    var checked: Set<Int> = []
    /// How often each shard was found damaged.
    var damages: [Int: Int] = [:]
    /// Whether the index came from the store when the cache was opened.
    var isIndexCompared = false
    var indexComparison: Task<Result<Void, CacheError>, Never>?
  }

  /// Files that a cache keeps open: its control file, for three kinds of locks.
  package static let openFileCount = 3

  /// A cache over an existing directory, without a limit and without a control file: nothing is ever evicted.
  /// - Parameter store: opened at the stream's own address. Nil when the directory holds the only copy, of which
  ///   nothing is ever deleted.
  public convenience init(
    directory: String, shards: ShardTable, store: (any ObjectStore)?, options: CacheOptions = CacheOptions()
  ) {
    self.init(directory: directory, shards: shards, store: store, options: options, member: nil, budget: nil, stamp: nil)
  }

  init(
    directory: String, shards: ShardTable, store: (any ObjectStore)?, options: CacheOptions, member: CacheDirectory?,
    budget: CacheBudget?, stamp: CacheStamp?
  ) {
    self.directory = directory
    self.shards = shards
    self.store = store
    self.options = options
    self.member = member
    self.budget = budget
    self.stamp = stamp
    if let member { budget?.add(member) }
  }

  /// The path of a file of the cache.
  public func path(of file: FileInfo) -> String { directory + "/" + file.basename }

  /// Whether files are removed to stay within a limit.
  public var isBounded: Bool { budget != nil && member != nil }

  /// Processes that use the directory, this one included.
  public var processCount: Int { member?.control.processCount ?? 1 }

  /// The most bytes that a shard takes, its compressed form included.
  public func fullByteCount(of shard: Int) -> Int { member?.fullByteCount(of: shard) ?? shards.rawByteCount(of: shard) }

  /// Bytes of the index, which count for the limit.
  public var indexByteCount: Int { member?.besides ?? 0 }

  /// The bytes that fetching the shard would move, 0 when all of it is here.
  public func missingByteCount(of shard: Int) throws(CacheError) -> Int {
    var total = 0
    for file in shards[shard].files where try place(of: file, shard) == .absent {
      total += (file.zip ?? file.raw).byteCount
    }
    return total
  }

  /// Keeps a shard's files from being evicted for as long as the result lives; nil where nothing is evicted.
  public func pin(_ shard: Int) throws(CacheError) -> ShardPin? {
    guard let member else { return nil }
    return try ShardPin(shard, in: member, budget: budget)
  }

  /// The paths of the shard's raw files, in the order of `ShardInfo.files`; nil when some must be fetched first.
  ///
  /// Decompresses what is there in compressed form only; with a limit, fetching does. Compares hashes of files that were
  /// there before if asked. Blocks on the file system: not for the cooperative pool.
  /// - Throws: ``CacheError`` `.missing` without a store, `.wrongSize`, `.wrongHash`, `.undecodable`, `.directory`.
  public func residentFiles(of shard: Int) throws(CacheError) -> [String]? {
    var paths: [String] = []
    for file in shards[shard].files {
      switch try place(of: file, shard) {
      case .raw: break
      case .compressed where isBounded: return nil
      case .compressed:
        try decompress(file, shard)
        try member?.settle(shard)
      case .absent: return nil
      }
      paths.append(path(of: file.raw))
    }
    return try isSound(shard) ? paths : nil
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
      throw CacheError(directory: error, shard)
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

  func directoryError(_ error: FileError, _ shard: Int) -> CacheError { CacheError(directory: error, shard) }
}
