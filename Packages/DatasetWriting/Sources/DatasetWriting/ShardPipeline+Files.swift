internal import BinaryIO
internal import ObjectStorage
internal import ShardCompression
internal import ShardFormats
internal import ShardHashing

/// A shard as the builder gave it.
struct FullShard: Sendable {
  /// Its number among this writer's shards, from 0.
  let number: Int
  /// The data file's name before compression.
  let basename: String
  let files: ShardFiles
  /// Makes the index's entry.
  let describe:
    @Sendable (_ rawData: FileInfo, _ zipData: FileInfo?, _ rawMeta: FileInfo?, _ zipMeta: FileInfo?) ->
      ShardInfo

  /// Bytes that it holds while it is made: what is there, and a joined and a compressed copy.
  func heldByteCount(compressing: Bool) -> Int {
    let raw = files.dataByteCount + (files.meta?.count ?? 0)
    return compressing ? 3 * raw : raw
  }
}

/// A shard whose files are made.
struct MadeShard: Sendable {
  struct File: Sendable {
    let name: String
    let byteCount: Int
    /// The bytes, when there is no local directory.
    let parts: [[UInt8]]
  }

  let info: ShardInfo
  let files: [File]

  var storedByteCount: Int { files.reduce(0) { $0 + $1.byteCount } }
}

extension ShardPipeline {
  /// Hashes, compresses and writes the files of a shard. Blocks.
  func makeFiles(_ shard: FullShard) throws(WritingError) -> MadeShard {
    let data = try makeFile(shard.basename, [shard.files.head, shard.files.body])
    guard let meta = shard.files.meta else {
      return MadeShard(info: shard.describe(data.raw, data.zip, nil, nil), files: [data.file])
    }
    let offsets = try makeFile(shard.basename + ".meta", [meta])
    return MadeShard(
      info: shard.describe(data.raw, data.zip, offsets.raw, offsets.zip), files: [data.file, offsets.file])
  }

  private func makeFile(_ basename: String, _ parts: [[UInt8]]) throws(WritingError) -> (
    raw: FileInfo, zip: FileInfo?, file: MadeShard.File
  ) {
    try checkRunning()
    let raw = try describe(basename, parts)
    guard let codec = options.compression else { return (raw, nil, try store(basename, parts)) }
    let name = basename + "." + codec.fileExtension
    let packed: [UInt8]
    do throws(CodecError) {
      packed = try codec.compress((parts.count == 1 ? parts[0] : Array(parts.joined())).span.bytes)
    } catch {
      throw WritingError(error, shard: name)
    }
    try checkRunning()
    return (raw, try describe(name, [packed]), try store(name, [packed]))
  }

  private func describe(_ name: String, _ parts: [[UInt8]]) throws(WritingError) -> FileInfo {
    var hashes = IncrementalHashes(options.hashes)
    for part in parts { hashes.update(part.span.bytes) }
    let digests = hashes.finalize()
    var list: [FileHash] = []
    for (algorithm, digest) in zip(options.hashes, digests) {
      guard !digest.bytes.isEmpty else {
        throw WritingError(
          .badShard, name, expected: "a library that computes \(algorithm)", found: "one that refuses it",
          remedy: "Choose another hash, such as xxh64")
      }
      list.append(FileHash(algorithm: algorithm.name, hex: digest.hex))
    }
    return FileInfo(basename: name, byteCount: parts.reduce(0) { $0 + $1.count }, hashes: list)
  }

  private func store(_ name: String, _ parts: [[UInt8]]) throws(WritingError) -> MadeShard.File {
    let byteCount = parts.reduce(0) { $0 + $1.count }
    guard let local else { return MadeShard.File(name: name, byteCount: byteCount, parts: parts) }
    let path = local + "/" + name
    var file = try WritingError.files { () throws(FileError) in try AtomicFile(replacing: path) }
    try WritingError.files { () throws(FileError) in
      for part in parts { try file.write(part.span.bytes) }
    }
    try publish(file)
    return MadeShard.File(name: name, byteCount: byteCount, parts: [])
  }

  /// Uploads a file and asks the store what it has.
  /// - Throws: `.uploadFailed`, `.unconfirmed`, `.cancelled`.
  func upload(_ file: MadeShard.File, to store: any ObjectStore) async throws(WritingError) {
    let local = local
    try await WritingError.store { () async throws(ObjectStoreError) in
      let key = try ObjectKey(parsing: file.name)
      let source: any ByteSource =
        if let local { try FileSource(local + "/" + file.name) } else { PartsSource(file.parts) }
      _ = try await store.put(key, from: source, options: PutOptions())
    }
    try await confirm(file.name, byteCount: file.byteCount, in: store)
  }

  /// Asks the store for the size of what it was sent.
  func confirm(_ name: String, byteCount: Int, in store: any ObjectStore) async throws(WritingError) {
    let info = try await WritingError.store { () async throws(ObjectStoreError) in
      try await store.head(try ObjectKey(parsing: name))
    }
    guard info.byteCount == byteCount else {
      throw WritingError(
        .unconfirmed, name, expected: "\(byteCount) bytes in the store after the upload",
        found: "\(info.byteCount)",
        remedy: "Check that nobody else writes there, then run it again")
    }
  }
}

/// Arrays one after another, as the source of an upload.
struct PartsSource: ByteSource {
  private let parts: [[UInt8]]
  let byteCount: Int

  init(_ parts: [[UInt8]]) {
    self.parts = parts
    byteCount = parts.reduce(0) { $0 + $1.count }
  }

  func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    var start = 0
    for part in parts {
      let skipped = max(0, byteOffset - start)
      if skipped < part.count {
        let room = min(part.count - skipped, out.freeCapacity)
        for byte in part[skipped..<skipped + room] { out.append(byte) }
      }
      start += part.count
    }
  }
}
