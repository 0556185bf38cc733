internal import BinaryIO
internal import ShardHashing

extension IndexSidecar {
  /// Writes the side-car of an index, or does nothing where that is not possible: the next start parses then as this one did.
  ///
  /// Of several processes that come at the same time one writes; none waits.
  static func write(
    _ index: DatasetIndex, contentHash: UInt64, key: SidecarKey, path: String, encodings: EncodingRegistry
  ) {
    let name = path + suffix
    do throws(FileError) {
      // Made empty by the lock when absent, which no reader takes for a side-car.
      guard let lock = try FileLock.tryAcquire(name, at: 0) else { return }
      defer { withExtendedLifetime(lock) {} }
      // Another process may have written it meanwhile.
      guard read(for: key, path: path, encodings: encodings) == nil else { return }
      var output = SidecarOutput(try AtomicFile(replacing: name, hidden: true))
      try output.write(index.shards, contentHash: contentHash, key: key)
      try output.commit()
    } catch {}
  }
}

/// Writes the parts of a side-car one after another, summing them up.
private struct SidecarOutput: ~Copyable {
  private var file: AtomicFile
  private var hash = IncrementalHash(.xxh3_64)
  private static let zeros = [UInt8](repeating: 0, count: 8)

  init(_ file: consuming AtomicFile) { self.file = file }

  mutating func write(_ shards: ShardTable, contentHash: UInt64, key: SidecarKey) throws(FileError) {
    let tables = [shards.rawData, shards.zipData, shards.rawMeta, shards.zipMeta]
    let text = SidecarText(schemas: shards.schemas, shapes: tables.map(\.shapes)).encoded
    let sizes = IndexSidecar.Sizes(
      textByteCount: text.count, shardCount: shards.count,
      tables: tables.map { ($0.byteCounts.count, $0.blob.count) })
    let header = [IndexSidecar.magic] + key.words + [contentHash] + sizes.words
    try section(header.span.bytes)
    try section(text.span.bytes)
    let sampleCounts = shards.sampleCounts.map { UInt32(truncatingIfNeeded: $0) }
    try section(sampleCounts.span.bytes)
    try section(shards.schemaNumbers.span.bytes)
    for table in tables {
      try section(table.byteCounts.span.bytes)
      try section(table.ends.span.bytes)
      try section(table.hashShapes.span.bytes)
      try section(table.nameByteCounts.span.bytes)
      try section(table.blob.span.bytes)
    }
  }

  consuming func commit() throws(FileError) {
    let sum: [UInt64] = [hash.finalize().word]
    try file.write(sum.span.bytes)
    try file.commit()
  }

  private mutating func section(_ bytes: RawSpan) throws(FileError) {
    // In blocks, so that the hash reads what the copy has just brought into the cache.
    var start = 0
    while start < bytes.byteCount {
      let end = min(start + 1 << 18, bytes.byteCount)
      let block = bytes.extracting(start..<end)
      hash.update(block)
      try file.write(block)
      start = end
    }
    let padding = Self.zeros.span.bytes.extracting(0..<(8 - bytes.byteCount % 8) % 8)
    hash.update(padding)
    try file.write(padding)
  }
}
