public import BinaryIO
public import ShardFormats

extension MDSShard {
  /// Reads from a shard's own bytes what an index would tell of it: to rebuild an index that is lost.
  ///
  /// The file is taken as it is read, not compressed; hashes and a compressed file's description are the caller's to add.
  /// - Throws: ``ShardError`` `.truncated`, `.badOffset`, or as an index's schema, with the place in the configuration.
  public static func describe(
    _ file: MappedFile, basename: String, encodings: EncodingRegistry = .empty
  ) throws(ShardError) -> ShardInfo {
    let count = try OffsetTable.sampleCount(of: file)
    let head = OffsetTable.byteCount(sampleCount: count)
    let offsets = try OffsetTable.offsets(of: file, sampleCount: count, first: head, end: file.byteCount)
    let schema = try ShardSchema(configuration: head..<Int(offsets[0]), of: file, encodings: encodings)
    guard schema.format == .mds else {
      throw ShardError(
        .unknownFormat, file: file.path, byteOffset: head, expected: "an mds shard", found: schema.format.rawValue,
        remedy: "describe it with its format's reader")
    }
    return ShardInfo(
      schema: schema, sampleCount: count, rawData: FileInfo(basename: basename, byteCount: file.byteCount))
  }
}
