import BinaryIO
import DelimitedFormats
import MDSFormat
import ShardCaching
import ShardFormats

/// A shard whose files are mapped and whose structure was checked. Immutable.
final class OpenShard: Sendable {
  /// Samples one by one.
  let reader: any ShardReader
  /// The same shard, when it is MDS: for gathering.
  let mds: MDSShard?

  private init(_ reader: any ShardReader, mds: MDSShard? = nil) {
    self.reader = reader
    self.mds = mds
  }

  /// Opens a shard of a stream; nil when its files must be fetched first. Blocks on the file system.
  static func open(
    _ stream: OpenStream, stream number: Int, shard: Int, schema: DatasetSchema, allowsUnsafeTypes: Bool
  ) throws(LoadingError) -> OpenShard? {
    let info = stream.index.shards[shard]
    try schema.check(info.columns, stream: number, shard: shard, allowsUnsafeTypes: allowsUnsafeTypes)
    do {
      guard let paths = try stream.cache.residentFiles(of: shard) else { return nil }
      let files = try paths.map { try MappedFile(path: $0) }
      return try open(info, files)
    } catch {
      throw LoadingError(.shard, stream: number, shard: shard, cause: error)
    }
  }

  private static func open(_ info: ShardInfo, _ files: [MappedFile]) throws -> OpenShard {
    switch info.format {
    case .mds:
      let shard = try MDSShard(files[0], info: info)
      return OpenShard(shard, mds: shard)
    case .csv, .tsv, .xsv, .json:
      // The file of offsets comes first.
      return OpenShard(try TextShard(data: files[1], meta: files[0], info: info))
    }
  }
}
