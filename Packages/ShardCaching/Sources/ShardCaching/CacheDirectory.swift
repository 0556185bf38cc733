import BinaryIO
import ShardFormats

/// The files of one data set in one directory, and what its control file says of them.
///
/// Knows no store: it measures, removes and cleans. All calls block on the file system.
final class CacheDirectory: Sendable {
  let path: String
  let shards: ShardTable
  let control: ControlFile
  /// Whether a removed shard can be fetched again; if not, nothing is ever removed.
  let canReturn: Bool
  /// Bytes that are there besides shards: the index.
  let besides: Int
  private let stamp: CacheStamp
  let watch = RoomWatch()

  init(path: String, shards: ShardTable, control: ControlFile, canReturn: Bool, stamp: CacheStamp) {
    self.path = path
    self.stamp = stamp
    self.shards = shards
    self.control = control
    self.canReturn = canReturn
    besides = (try? FileSystem.status(of: path + "/index.json"))??.byteCount ?? 0
  }

  /// The most bytes that a shard takes: compressed and raw form together, as both are there while one becomes the other.
  func fullByteCount(of shard: Int) -> Int {
    let raw = shards.rawByteCount(of: shard)
    let stored = shards.storedByteCount(of: shard)
    return stored == raw && shards[shard].compression == nil ? raw : raw + stored
  }

  /// The names of all files that a shard may have here.
  func names(of shard: Int) -> [String] {
    shards[shard].files.flatMap { file in [file.raw.basename] + (file.zip.map { [$0.basename] } ?? []) }
  }

  /// Bytes of the shard's files that are here, whole or not.
  func measure(_ shard: Int) throws(CacheError) -> Int {
    var sum = 0
    for name in names(of: shard) {
      do throws(FileError) {
        sum += try FileSystem.status(of: path + "/" + name)?.byteCount ?? 0
      } catch {
        throw CacheError(directory: error, shard)
      }
    }
    return sum
  }

  /// Writes the shard's record as its files are.
  func settle(_ shard: Int) throws(CacheError) {
    let lastUse = control.record(shard)?.lastUse ?? 0
    control.write(ControlRecord(byteCount: try measure(shard), lastUse: lastUse), for: shard)
  }

  /// Removes a shard's files, unless somebody has pinned it, is installing it, or it could not come back.
  /// - Returns: the bytes freed, nil when it stays.
  func evict(_ shard: Int) throws(CacheError) -> Int? {
    guard canReturn, !control.isBeingInstalled(shard) else { return nil }
    return try control.withoutPins(shard) { () throws(CacheError) in
      let byteCount = try measure(shard)
      try removeFiles(of: shard)
      control.write(ControlRecord(lastUse: control.record(shard)?.lastUse ?? 0), for: shard)
      return byteCount
    }
  }

  /// The shards that are here and may go, by last use, the one that was used longest ago first. Looks at all files.
  func shardsByLastUse() throws(CacheError) -> [(shard: Int, lastUse: UInt64)] {
    guard canReturn else { return [] }
    try settleAll()
    var found: [(shard: Int, lastUse: UInt64)] = []
    for (shard, record) in control.records().enumerated() {
      if let record, record.byteCount > 0, !record.isReserved { found.append((shard, record.lastUse)) }
    }
    return found.sorted { ($0.lastUse, $0.shard) < ($1.lastUse, $1.shard) }
  }

  func removeFiles(of shard: Int) throws(CacheError) {
    for name in names(of: shard) {
      do throws(FileError) {
        try FileSystem.remove(path + "/" + name)
      } catch {
        throw CacheError(directory: error, shard)
      }
    }
  }

  /// Sets up the control file anew from the files where it does not hold any more.
  func restoreControl() throws(CacheError) {
    let isNew: Bool
    do throws(FileError) {
      isNew = try control.restore(to: stamp)
    } catch {
      throw CacheError(directory: error, nil)
    }
    if isNew { try settleAll() }
  }

  /// Writes all records as the files are. For a directory that others, such as upstream, may have filled.
  func settleAll() throws(CacheError) {
    for shard in shards.indices where !control.isBeingInstalled(shard) {
      let byteCount = try measure(shard)
      let record = control.record(shard)
      if record?.byteCount != byteCount || record?.isReserved == true {
        control.write(ControlRecord(byteCount: byteCount, lastUse: record?.lastUse ?? 0), for: shard)
      }
    }
  }
}

extension CacheError {
  init(directory error: FileError, _ shard: Int?) {
    self.init(
      .directory, file: error.path, shard: shard, expected: error.expected, found: error.found, remedy: error.remedy,
      cause: error)
  }
}
