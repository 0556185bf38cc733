internal import BinaryIO
internal import ShardCompression
public import ShardFormats
public import ShardHashing
internal import Threading

/// How a lost index is made again.
public struct RebuildOptions: Sendable, Hashable {
  /// The hashes that the index lists for each file; nil for those that the shards themselves name.
  public var hashes: [HashAlgorithm]?
  /// Whether to replace an `index.json` that is there.
  public var replaceExisting = false
  /// Whether numbers may be missing between shards: their samples are lost then.
  public var allowsGaps = false
  /// How many shards to read at once.
  public var concurrentShards = 2

  /// The defaults.
  public init() {}
}

/// Makes the `index.json` of a directory again from its shards alone, compressed or not, and those in folders below it.
///
/// Shards carry their columns and options, so the index comes out as it was, byte for byte, when all their files are there;
/// a shard of which only the uncompressed file is left is described as not compressed. Folders follow one another in the order
/// of their paths, as ``mergeIndex(under:options:stores:)`` has them, shards by number. Every offset is checked, every
/// compressed file decompressed, in memory. Shards that are missing at the end cannot be noticed.
/// - Parameter progress: told after each shard how many are done, of how many.
/// - Returns: the index, as written.
/// - Throws: ``WritingError`` `.badIndex` for a directory without shards, a shard that is damaged (its cause tells where) or
///   missing between others; `.outputNotEmpty` when there is an index; `.badOption` for a directory that a writer was
///   interrupted in; `.compressionFailed`; `.localFile`.
@discardableResult
public func rebuildIndex(
  in directory: String, options: RebuildOptions = RebuildOptions(),
  progress: @escaping @Sendable (_ shardCount: Int, _ of: Int) -> Void = { _, _ in }
) async throws(WritingError) -> DatasetIndex {
  let found = try ShardFilesOnDisk.find(in: directory, options)
  let shards: [ShardInfo]
  do {
    shards = try await describeAll(found, options, progress)
  } catch {
    throw (error as? WritingError) ?? .cancelled(directory)
  }
  let index = try DatasetIndex.of(shards)
  let bytes = index.encoded()
  try WritingError.files { () throws(FileError) in
    try FileSystem.write(bytes.span.bytes, to: directory + "/" + IndexFile.name)
  }
  return index
}

private func describeAll(
  _ found: [ShardFilesOnDisk], _ options: RebuildOptions, _ progress: @Sendable (Int, Int) -> Void
) async throws -> [ShardInfo] {
  try await withThrowingTaskGroup(of: (Int, ShardInfo).self) { group in
    var shards: [ShardInfo?] = found.map { _ in nil }
    var (next, done) = (0, 0)
    func start() {
      guard next < found.count else { return }
      let (number, files) = (next, found[next])
      group.addTask { (number, try await describe(files, options.hashes)) }
      next += 1
    }
    for _ in 0..<max(1, options.concurrentShards) { start() }
    while let (number, info) = try await group.next() {
      shards[number] = info
      done += 1
      progress(done, found.count)
      start()
    }
    return shards.compactMap(\.self)
  }
}

private func describe(_ files: ShardFilesOnDisk, _ hashes: [HashAlgorithm]?) async throws(WritingError) -> ShardInfo {
  try await BlockingPool.shared.run { () throws(WritingError) in try files.describe(hashes) }
}
