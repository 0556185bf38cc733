internal import ObjectStorage
internal import ShardFormats
internal import Synchronization

/// A shard as the builder gave it, on its way to the thread that makes its files.
final class FullShard: Sendable {
  /// Its number among this writer's shards, from 0.
  let number: Int
  /// The data file's name before compression.
  let basename: String
  /// Makes the index's entry.
  let describe:
    @Sendable (_ rawData: FileInfo, _ zipData: FileInfo?, _ rawMeta: FileInfo?, _ zipMeta: FileInfo?) ->
      ShardInfo
  private let rawByteCount: Int
  /// Taken out once: whoever has them is then their only holder, and can give the memory to another shard.
  private let files: Mutex<ShardFiles?>

  init(
    number: Int, basename: String, files: ShardFiles,
    describe: @escaping @Sendable (FileInfo, FileInfo?, FileInfo?, FileInfo?) -> ShardInfo
  ) {
    self.number = number
    self.basename = basename
    self.describe = describe
    rawByteCount = files.dataByteCount + (files.meta?.count ?? 0)
    self.files = Mutex(files)
  }

  func take() -> ShardFiles? { files.withLock { $0.take() } }

  /// Bytes that it holds while it is made: what is there, and a compressed copy.
  func heldByteCount(compressing: Bool) -> Int { compressing ? 2 * rawByteCount : rawByteCount }
}

/// A shard whose files are made.
struct MadeShard: Sendable {
  struct File: Sendable {
    let name: String
    let byteCount: Int
    /// The bytes, when there is no local directory.
    var bytes: TailSource?
  }

  let info: ShardInfo
  var files: [File]

  var storedByteCount: Int { files.reduce(0) { $0 + $1.byteCount } }
}

/// An array from some place on, as the source of an upload.
struct TailSource: ByteSource {
  private let memory: MemorySource
  private let start: Int

  init(_ bytes: consuming [UInt8], from start: Int) {
    memory = MemorySource(bytes)
    self.start = start
  }

  var byteCount: Int { memory.byteCount - start }

  func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    let (offset, overflow) = start.addingReportingOverflow(byteOffset)
    if !overflow { try memory.read(at: offset, into: &out) }
  }
}
