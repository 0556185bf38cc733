public import BinaryIO
import CachePlanning
public import ShardFormats
import ShardHashing
import Threading

/// A cache directory seen from outside, while processes may be using it.
public struct CacheInspection: Sendable {
  /// What a directory holds, and who uses it.
  public struct Status: Sendable, Hashable {
    /// The address that shards come from; nil when the directory is no cache, or has no sound control file.
    public var remote: String?
    public var shardCount = 0
    /// Shards whose files are all there, with the index's sizes.
    public var residentShardCount = 0
    /// Bytes of all shards' files.
    public var byteCount = 0
    /// Shards that some process keeps from being evicted.
    public var pinnedShardCount = 0
    /// Shards that some process is downloading or decompressing.
    public var installingShardCount = 0
    /// The system's numbers of the processes that use the directory.
    public var processes: [Int] = []
    /// Since the control file was made, by all processes.
    public var downloads: UInt64 = 0
    public var evictions: UInt64 = 0
    public var quarantines: UInt64 = 0
    /// Files with another size than the index tells.
    public var wrongSizes: [String] = []
    /// Files that were set aside as damaged.
    public var setAside: [String] = []
    /// Bytes of orders of epochs that are kept beside the shards.
    public var orderByteCount = 0
  }

  public let directory: String
  public let shards: ShardTable
  private let member: CacheDirectory?

  /// Looks at a directory; makes and changes nothing.
  public init(directory: String, shards: ShardTable) throws(CacheError) {
    self.directory = directory
    self.shards = shards
    guard let control = try ControlFile.inspect(directory, shardCount: shards.count) else {
      member = nil
      return
    }
    member = CacheDirectory(
      path: directory, shards: shards, control: control.file, canReturn: control.stamp.remote != nil, stamp: control.stamp)
    remote = control.stamp.remote
  }

  private var remote: String?

  /// What is there now.
  public func status() throws(CacheError) -> Status {
    var status = Status(remote: remote, shardCount: shards.count)
    for shard in shards.indices {
      var isWhole = true
      for file in shards[shard].files {
        let raw = try byteCount(file.raw.basename)
        let zip = try file.zip.map { info throws(CacheError) in try byteCount(info.basename) } ?? nil
        status.byteCount += (raw ?? 0) + (zip ?? 0)
        if let raw, raw != file.raw.byteCount { status.wrongSizes.append(file.raw.basename) }
        if let zip, let info = file.zip, zip != info.byteCount { status.wrongSizes.append(info.basename) }
        if raw != file.raw.byteCount, zip == nil || zip != file.zip?.byteCount { isWhole = false }
      }
      if isWhole { status.residentShardCount += 1 }
      guard let control = member?.control else { continue }
      if control.isPinned(shard) { status.pinnedShardCount += 1 }
      if control.isBeingInstalled(shard) { status.installingShardCount += 1 }
    }
    if let control = member?.control {
      status.processes = control.liveSlots().map(\.process)
      status.downloads = control.value(of: .downloads)
      status.evictions = control.value(of: .evictions)
      status.quarantines = control.value(of: .quarantines)
    }
    status.orderByteCount = OrderFolder(of: directory).byteCount
    status.setAside = (try? FileSystem.list(directory + "/" + ShardCache.damagedFolder)) ?? []
    return status
  }

  private func byteCount(_ name: String) throws(CacheError) -> Int? {
    do throws(FileError) {
      return try FileSystem.status(of: directory + "/" + name)?.byteCount
    } catch {
      throw CacheError(directory: error, nil)
    }
  }

  // MARK: Pruning

  /// What pruning removed.
  public struct Pruned: Sendable, Hashable {
    /// Temporary files of dead processes.
    public var leftovers: [String] = []
    /// Files that had been set aside as damaged.
    public var setAside: [String] = []
    /// Files of orders of epochs, which go before any shard.
    public var orders: [String] = []
    public var evictedShardCount = 0
    public var evictedByteCount = 0
    /// Bytes of shards that are left.
    public var byteCount = 0
  }

  /// Removes what dead processes left and what was set aside; then, with a limit, kept orders and, down to that many bytes,
  /// shards that nobody uses, those whose next use is farthest or whose last use is longest ago first. Live processes are
  /// not disturbed.
  /// - Parameter limit: the bytes that may stay; nil leaves all shards.
  /// - Throws: ``CacheError`` `.directory`; `.missing` when shards were to go that could not come back.
  public func prune(to limit: ByteCount? = nil) throws(CacheError) -> Pruned {
    guard let member, limit == nil || member.canReturn else {
      throw CacheError(
        .missing, file: directory, expected: "a cache of a remote data set", found: "a directory of its own",
        remedy: "nothing here could be fetched again, so nothing is removed")
    }
    var pruned = Pruned()
    pruned.leftovers = try member.removeLeftovers()
    do throws(FileError) {
      pruned.setAside = (try? FileSystem.list(directory + "/" + ShardCache.damagedFolder)) ?? []
      try FileSystem.removeTree(directory + "/" + ShardCache.damagedFolder)
    } catch {
      throw CacheError(directory: error, nil)
    }
    if limit != nil { pruned.orders = OrderFolder(of: directory).removeAll() }
    let lock = try DirectoryLock.acquireBlocking(
      in: directory, at: CacheLockByte.admission, nil, until: .after(.seconds(30)))
    defer { withExtendedLifetime(lock) {} }
    try member.settleAll()
    let futures = member.control.batchesUntilUse()
    let records = member.control.records()
    let residents = records.indices.compactMap { shard -> ResidentShard? in
      guard let record = records[shard], record.byteCount > 0 else { return nil }
      return ResidentShard(
        shard: shard, byteCount: record.byteCount, lastUse: record.lastUse, batchesUntilUse: futures?[shard])
    }
    pruned.byteCount = residents.reduce(0) { $0 + $1.byteCount }
    let policy: EvictionPolicy = futures == nil ? .leastRecentlyUsed : .clairvoyant
    for resident in policy.order(residents) {
      guard let limit, pruned.byteCount > limit.value else { break }
      guard let freed = try member.evict(resident.shard) else { continue }
      pruned.byteCount -= freed
      pruned.evictedByteCount += freed
      pruned.evictedShardCount += 1
      member.control.count(.evictions)
    }
    return pruned
  }

  // MARK: Verifying

  /// Compares size and hashes of a shard's files that are here with the index; empty when all is well.
  public func damages(of shard: Int) throws(CacheError) -> [String] {
    var damages: [String] = []
    for file in shards[shard].files.flatMap({ file in [file.raw] + (file.zip.map { [$0] } ?? []) }) {
      guard let found = try byteCount(file.basename) else { continue }
      guard found == file.byteCount else {
        damages.append("\(file.basename): expected \(file.byteCount) bytes, found \(found)")
        continue
      }
      guard let check = file.cheapestHash else { continue }
      do throws(FileError) {
        let digest = try MappedFile(path: directory + "/" + file.basename).guarding { check.algorithm.digest(of: $0).hex }
        if digest != check.hex { damages.append("\(file.basename): expected \(check.algorithm.name) \(check.hex), found \(digest)") }
      } catch {
        // Evicted between the look and the opening.
        if error.code != .notFound { damages.append("\(file.basename): \(error.found)") }
      }
    }
    return damages
  }

  /// Removes a shard's damaged files, so that whoever needs them fetches them again.
  /// - Returns: whether they are gone; not where they could not come back, or while somebody is installing the shard.
  public func repair(_ shard: Int) throws(CacheError) -> Bool {
    guard let member, member.canReturn else { return false }
    let isDone: Bool? = try member.control.whileNotInstalled(shard) { () throws(CacheError) in
      guard try !damages(of: shard).isEmpty else { return true }
      try member.removeFiles(of: shard)
      try member.settle(shard)
      member.control.count(.quarantines)
      return true
    }
    return isDone == true
  }
}
