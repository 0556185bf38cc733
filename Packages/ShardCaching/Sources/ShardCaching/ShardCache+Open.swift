import BinaryIO
import CachePlanning
public import ObjectStorage
import ShardCompression
public import ShardFormats
import ShardHashing
import Synchronization
import Threading

extension ShardCache {
  /// Opens a directory as a cache that processes share: sets up its control file, cleans what dead processes left.
  ///
  /// A directory that can't be written serves what it holds and fetches nothing. One that belonged to another version of
  /// the index keeps what its hashes prove to be of this one, and nothing else. Blocks on the file system.
  /// - Parameter stamp: what the directory is a cache of.
  /// - Parameter budget: the limit that the directory counts for; nil for none.
  /// - Parameter installed: the index, if it was fetched just now.
  /// - Throws: ``CacheError`` `.otherRemote`, `.otherIndex` while other processes use the directory for something else;
  ///   `.directory` for a file system without working locks; `.timedOut`.
  public static func open(
    directory: String, shards: ShardTable, store: (any ObjectStore)?, options: CacheOptions = CacheOptions(),
    stamp: CacheStamp, budget: CacheBudget? = nil, installed: InstalledIndex? = nil
  ) throws(CacheError) -> ShardCache {
    let opening = Opening(directory: directory, shards: shards, store: store, options: options, stamp: stamp, budget: budget)
    if let alone = opening.withoutControlFile { return alone }
    do throws(CacheError) {
      let lock = try DirectoryLock.acquireBlocking(
        in: directory, at: CacheLockByte.start, nil, until: .after(options.lockTimeout))
      return try opening.open(under: lock, installed)
    } catch {
      return try opening.readOnly(after: error)
    }
  }

  /// The same without blocking a thread for as long as another process has the directory's lock: that one may need a
  /// thread, which all wait for it otherwise.
  public static func open(
    in directory: String, shards: ShardTable, store: (any ObjectStore)?, options: CacheOptions = CacheOptions(),
    stamp: CacheStamp, budget: CacheBudget? = nil, installed: InstalledIndex? = nil
  ) async throws(CacheError) -> ShardCache {
    let opening = Opening(directory: directory, shards: shards, store: store, options: options, stamp: stamp, budget: budget)
    let alone = await BlockingPool.shared.run { opening.withoutControlFile }
    if let alone { return alone }
    do throws(CacheError) {
      let lock = try await DirectoryLock.acquire(
        in: directory, at: CacheLockByte.start, nil, until: .after(options.lockTimeout))
      return try await BlockingPool.shared.run { () throws(CacheError) in try opening.open(under: lock, installed) }
    } catch {
      return try opening.readOnly(after: error)
    }
  }

  /// What a cache is opened with.
  private struct Opening: Sendable {
    let directory: String
    let shards: ShardTable
    let store: (any ObjectStore)?
    let options: CacheOptions
    let stamp: CacheStamp
    let budget: CacheBudget?

    private var alone: ShardCache { ShardCache(directory: directory, shards: shards, store: store, options: options) }

    /// A directory in which nothing is cached. Without a store nothing is, but somebody who has one may share the directory
    /// and evict from it.
    var withoutControlFile: ShardCache? {
      guard store == nil else { return nil }
      let control = try? FileSystem.status(of: directory + "/" + DirectoryLock.fileName)
      return control == nil || control == .some(nil) ? alone : nil
    }

    /// Of a directory that can't be written, what is there is used.
    func readOnly(after error: CacheError) throws(CacheError) -> ShardCache {
      let reason = (error.cause as? FileError)?.code
      guard reason == .permissionDenied || reason == .readOnly else { throw error }
      return alone
    }

    func open(under lock: DirectoryLock, _ installed: InstalledIndex?) throws(CacheError) -> ShardCache {
      defer { withExtendedLifetime(lock) {} }
      let cache = try ShardCache.openLocked(directory, shards, store, options, stamp, budget)
      if let installed, installed.hash == stamp.index { cache.noteComparison(installed) }
      return cache
    }
  }

  /// The caller holds the lock `start`.
  private static func openLocked(
    _ directory: String, _ shards: ShardTable, _ store: (any ObjectStore)?, _ options: CacheOptions,
    _ stamp: CacheStamp, _ budget: CacheBudget?
  ) throws(CacheError) -> ShardCache {
    let (control, outcome) = try claim(directory, stamp)
    let member = CacheDirectory(path: directory, shards: shards, control: control, canReturn: store != nil, stamp: stamp)
    let isFirst = control.liveSlots().isEmpty
    // Also beside live processes: otherwise ranks that are restarted one by one would pile them up.
    if store != nil { try member.removeLeftovers() }
    if store != nil, isFirst, case .other(hasOtherIndex: true) = outcome { try member.keepOnlyProven(options) }
    // A file set up anew knows of nothing, also while somebody still holds a slot.
    if store != nil, budget != nil, isFirst || outcome == .new { try member.settleAll() }
    do throws(FileError) {
      try control.claimSlot()
    } catch {
      throw CacheError(directory: error, nil)
    }
    return ShardCache(
      directory: directory, shards: shards, store: store, options: options, member: member,
      budget: store == nil ? nil : budget, stamp: stamp)
  }

  /// A process that is about to end, or a cache whose last use is just over, is given a moment to let go, as upstream does.
  private static func claim(
    _ directory: String, _ stamp: CacheStamp
  ) throws(CacheError) -> (ControlFile, ControlFile.Outcome) {
    do throws(CacheError) {
      return try ControlFile.open(directory, stamp)
    } catch {
      guard error.code == .otherRemote || error.code == .otherIndex else { throw error }
      let deadline = Deadline.after(.milliseconds(700))
      for number in 0..<ControlLayout.slotCount {
        // Taken and let go at once: the wait is for whoever has it.
        let slot = try? DirectoryLock.acquireBlocking(
          in: directory, at: CacheLockByte.slot(number), nil, until: deadline)
        if slot == nil { throw error }
      }
      return try ControlFile.open(directory, stamp)
    }
  }

  // MARK: The remote index

  /// Compares the index in the store with the one that this cache was made for, once, before anything is fetched: shards
  /// of two versions are never mixed. A store that does not answer is the fetch's own matter.
  /// - Throws: ``CacheError`` `.otherIndex`.
  func compareRemoteIndex(_ store: any ObjectStore) async throws(CacheError) {
    guard let member, let stamp, !findings.withLock({ $0.isIndexCompared }) else { return }
    // One comparison for all fetches, and none of them goes on before it has ended.
    let comparison = findings.withLock { findings in
      if let running = findings.indexComparison { return running }
      let started = Task { await self.indexComparison(store, member, stamp) }
      findings.indexComparison = started
      return started
    }
    if case .failure(let error) = await comparison.value {
      findings.withLock { if $0.indexComparison == comparison { $0.indexComparison = nil } }
      throw error
    }
  }

  /// The index that was just fetched is the one in the store.
  private func noteComparison(_ installed: InstalledIndex) {
    findings.withLock { $0.isIndexCompared = true }
    if let tag = installed.tag { member?.control.indexTag = tag }
  }

  /// Success also where the store does not tell: the hashes of the shards decide then.
  private func indexComparison(
    _ store: any ObjectStore, _ member: CacheDirectory, _ stamp: CacheStamp
  ) async -> Result<Void, CacheError> {
    guard let info = try? await store.head("index.json") else { return .success(()) }
    let tag = Self.indexTag(info)
    if let tag, member.control.indexTag == tag { return .success(()) }
    // One process of the machine reads the index, the others find what it noted; without the lock each reads it.
    let lock = try? await DirectoryLock.acquire(
      in: directory, at: CacheLockByte.comparison, nil, until: .after(options.lockTimeout))
    defer { withExtendedLifetime(lock) {} }
    if let tag, member.control.indexTag == tag { return .success(()) }
    guard let bytes = try? await store.bytes(of: "index.json", limit: .gigabytes(4)) else { return .success(()) }
    guard CacheStamp.hash(bytes.span.bytes) == stamp.index else {
      return .failure(
        CacheError(
          .otherIndex, file: directory, expected: "the index that the directory was filled by",
          found: "another index.json in the store",
          remedy: "the data set was replaced: remove the directory, or name another one, and start again"))
    }
    if let tag { member.control.indexTag = tag }
    return .success(())
  }
}

extension CacheDirectory {
  /// Removes all files of shards that are not proven, by a hash that the index lists, to be what it describes.
  func keepOnlyProven(_ options: CacheOptions) throws(CacheError) {
    for shard in shards.indices {
      let files = shards[shard].files.flatMap { file in [file.raw] + (file.zip.map { [$0] } ?? []) }
      for file in files where !isProven(file) {
        do throws(FileError) {
          try FileSystem.remove(path + "/" + file.basename)
        } catch {
          throw CacheError(directory: error, shard)
        }
      }
      try settle(shard)
    }
  }

  private func isProven(_ file: FileInfo) -> Bool {
    guard let check = file.cheapestHash, let mapped = try? MappedFile(path: path + "/" + file.basename),
      mapped.byteCount == file.byteCount
    else { return false }
    let digest = try? mapped.guarding { bytes in check.algorithm.digest(of: bytes).hex }
    return digest == check.hex
  }
}

extension FileInfo {
  /// The hash that is quickest to compute of those that the index lists and this machine knows.
  var cheapestHash: (algorithm: HashAlgorithm, hex: String)? {
    let known = hashes.compactMap { hash in
      (try? HashAlgorithm(parsing: hash.algorithm)).map { (algorithm: $0, hex: hash.hex) }
    }
    return known.first { $0.algorithm.name.hasPrefix("xxh") } ?? known.first
  }
}
