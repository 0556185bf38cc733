public import BinaryIO
public import ShardFormats

extension TextShard {
  /// Reads from a shard's own files what an index would tell of it: to rebuild an index that is lost.
  ///
  /// The files are taken as they are read, not compressed; hashes and compressed files' descriptions are the caller's to add.
  /// - Throws: ``ShardError`` `.truncated`, `.badOffset`, or as an index's schema, with the place in the configuration.
  public static func describe(
    data: MappedFile, dataBasename: String, meta: MappedFile, metaBasename: String,
    encodings: EncodingRegistry = .empty
  ) throws(ShardError) -> ShardInfo {
    let count = try OffsetTable.sampleCount(of: meta)
    _ = try OffsetTable.offsets(of: meta, sampleCount: count, first: 0, end: data.byteCount)
    let head = OffsetTable.byteCount(sampleCount: count)
    let schema = try ShardSchema(configuration: head..<meta.byteCount, of: meta, encodings: encodings)
    guard schema.format.hasMeta else {
      throw ShardError(
        .unknownFormat, file: meta.path, byteOffset: head, expected: "a shard of lines", found: schema.format.rawValue,
        remedy: "describe it with its format's reader")
    }
    return ShardInfo(
      schema: schema, sampleCount: count, rawData: FileInfo(basename: dataBasename, byteCount: data.byteCount),
      rawMeta: FileInfo(basename: metaBasename, byteCount: meta.byteCount))
  }
}
