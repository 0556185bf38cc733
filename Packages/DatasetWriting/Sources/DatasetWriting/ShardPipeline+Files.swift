internal import BinaryIO
internal import ObjectStorage
internal import ShardCompression
internal import ShardFormats
internal import ShardHashing

extension ShardPipeline {
  /// Hashes, compresses and writes the files of a shard. Blocks.
  func makeFiles(_ shard: FullShard) throws(WritingError) -> MadeShard {
    guard var files = shard.take() else { throw .cancelled(local ?? "") }
    let data = try makeFile(shard.basename, files.dataBytes)
    let meta = try files.meta.map { meta throws(WritingError) in
      try makeFile(shard.basename + ".meta", meta.span.bytes)
    }
    let info = shard.describe(data.raw, data.zip, meta?.raw, meta?.zip)
    var made = MadeShard(info: info, files: [data.file])
    if let meta { made.files.append(meta.file) }
    if local == nil, options.compression == nil {
      // The bytes themselves are what is uploaded.
      let (start, metaBytes) = (files.start, files.meta)
      made.files[0].bytes = TailSource(files.takeStorage(), from: start)
      if let metaBytes { made.files[1].bytes = TailSource(metaBytes, from: 0) }
    } else {
      buffers.give(files.takeStorage())
    }
    return made
  }

  private typealias MadeFile = (raw: FileInfo, zip: FileInfo?, file: MadeShard.File)

  private func makeFile(_ basename: String, _ bytes: RawSpan) throws(WritingError) -> MadeFile {
    try checkRunning()
    guard let codec = options.compression else {
      let info = try store(basename, bytes)
      return (info, nil, MadeShard.File(name: basename, byteCount: info.byteCount))
    }
    let raw = try describe(basename, bytes)
    let name = basename + "." + codec.fileExtension
    let packed: [UInt8]
    do throws(CodecError) { packed = try codec.compress(bytes) } catch {
      throw WritingError(error, shard: name)
    }
    try checkRunning()
    let zip = try store(name, packed.span.bytes)
    var file = MadeShard.File(name: name, byteCount: packed.count)
    if local == nil { file.bytes = TailSource(packed, from: 0) }
    return (raw, zip, file)
  }

  /// Hashes a file, and writes it where there is a local directory.
  private func store(_ name: String, _ bytes: RawSpan) throws(WritingError) -> FileInfo {
    guard let local else { return try describe(name, bytes) }
    let path = local + "/" + name
    var file = try WritingError.files { () throws(FileError) in try AtomicFile(replacing: path) }
    var hashes = IncrementalHashes(options.hashes)
    // In blocks that stay in the processor's cache between the hash and the copy into the file.
    var start = 0
    while start < bytes.byteCount {
      let end = min(start + Self.blockByteCount, bytes.byteCount)
      let block = bytes.extracting(start..<end)
      hashes.update(block)
      do throws(FileError) { try file.write(block) } catch { throw WritingError(error) }
      start = end
    }
    let info = try describe(name, byteCount: bytes.byteCount, hashes)
    try publish(file)
    return info
  }

  private static var blockByteCount: Int { 1 << 18 }

  private func describe(_ name: String, _ bytes: RawSpan) throws(WritingError) -> FileInfo {
    var hashes = IncrementalHashes(options.hashes)
    hashes.update(bytes)
    return try describe(name, byteCount: bytes.byteCount, hashes)
  }

  private func describe(
    _ name: String, byteCount: Int, _ hashes: consuming IncrementalHashes
  ) throws(WritingError) -> FileInfo {
    var list: [FileHash] = []
    for (algorithm, digest) in zip(options.hashes, hashes.finalize()) {
      guard !digest.bytes.isEmpty else {
        throw WritingError(
          .badShard, name, expected: "a library that computes \(algorithm)", found: "one that refuses it",
          remedy: "Choose another hash, such as xxh64")
      }
      list.append(FileHash(algorithm: algorithm.name, hex: digest.hex))
    }
    return FileInfo(basename: name, byteCount: byteCount, hashes: list)
  }

  /// Uploads a file and asks the store what it has.
  /// - Throws: `.uploadFailed`, `.unconfirmed`, `.cancelled`.
  func upload(_ file: MadeShard.File, to store: any ObjectStore) async throws(WritingError) {
    let local = local
    try await WritingError.store { () async throws(ObjectStoreError) in
      let key = try ObjectKey(parsing: file.name)
      let source: any ByteSource
      if let bytes = file.bytes { source = bytes } else { source = try FileSource((local ?? "") + "/" + file.name) }
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
