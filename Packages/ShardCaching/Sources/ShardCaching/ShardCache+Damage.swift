import BinaryIO
import Logging
import ShardFormats
import ShardHashing
import Synchronization
import Threading

extension ShardCache {
  /// Whether a shard that is here is what the index describes, as far as ``CacheOptions/checksResidents`` asks. One that
  /// is not is set aside, so that it is fetched again.
  /// - Throws: ``CacheError`` `.wrongHash` without a store to fetch it from.
  func isSound(_ shard: Int) throws(CacheError) -> Bool {
    guard options.checksResidents, findings.withLock({ !$0.checked.contains(shard) }) else { return true }
    for file in shards[shard].files {
      guard let check = try algorithm(for: file.raw, shard), let found = try digest(of: file.raw, check.algorithm, shard),
        found != check.hex
      else { continue }
      guard store != nil else { throw wrongHash(path(of: file.raw), shard, check, found: found) }
      _ = try setAside(shard)
      return false
    }
    findings.withLock { _ = $0.checked.insert(shard) }
    return true
  }

  private func digest(of file: FileInfo, _ algorithm: HashAlgorithm, _ shard: Int) throws(CacheError) -> String? {
    do throws(FileError) {
      return try MappedFile(path: path(of: file)).guarding { bytes in algorithm.digest(of: bytes).hex }
    } catch {
      if error.code == .notFound || error.code == .truncated { return nil }
      throw directoryError(error, shard)
    }
  }

  /// Takes a shard whose content turned out damaged out of the cache, so that the next fetch brings it anew.
  ///
  /// Its files go to `.streaming-damaged` beside the others, for whoever wants to look; with a limit they are deleted. A
  /// file whose hash proves it sound, such as one that another process has replaced meanwhile, stays. Blocks.
  /// - Returns: false when it was damaged too often (``CacheOptions/attempts``), or there is no store to fetch it from:
  ///   then it stays where it is.
  public func quarantine(_ shard: Int) throws(CacheError) -> Bool {
    guard store != nil else { return false }
    let count = findings.withLock { findings in
      findings.damages[shard, default: 0] += 1
      findings.checked.remove(shard)
      return findings.damages[shard, default: 0]
    }
    guard count <= max(1, options.attempts) else { return false }
    logger.warning("damaged shard fetched again", metadata: ["directory": "\(directory)", "shard": "\(shard)"])
    return try setAside(shard)
  }

  private func setAside(_ shard: Int) throws(CacheError) -> Bool {
    let lock = try DirectoryLock.acquireBlocking(
      in: directory, at: CacheLockByte.install(shard), shard, until: .after(options.lockTimeout))
    defer { withExtendedLifetime(lock) {} }
    for file in shards[shard].files {
      for info in [file.raw] + (file.zip.map { [$0] } ?? []) where !isProvenSound(info) {
        do throws(FileError) {
          try setAside(info)
        } catch {
          throw directoryError(error, shard)
        }
      }
    }
    member?.control.count(.quarantines)
    try member?.settle(shard)
    return true
  }

  private func setAside(_ file: FileInfo) throws(FileError) {
    guard try FileSystem.status(of: path(of: file)) != nil else { return }
    guard budget == nil else {
      try FileSystem.remove(path(of: file))
      return
    }
    let folder = directory + "/" + Self.damagedFolder
    try FileSystem.createDirectory(folder)
    try FileSystem.rename(path(of: file), to: folder + "/" + file.basename.replacing("/", with: "_"))
  }

  /// Where damaged files go.
  static let damagedFolder = ".streaming-damaged"

  private func isProvenSound(_ file: FileInfo) -> Bool {
    guard let check = file.cheapestHash, let mapped = try? MappedFile(path: path(of: file)),
      mapped.byteCount == file.byteCount, let found = try? mapped.guarding({ check.algorithm.digest(of: $0).hex })
    else { return false }
    return found == check.hex
  }
}
