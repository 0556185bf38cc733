import BinaryIO
import MDSFormat
import ShardCompression
import ShardFormats
import TestSupport

/// Shards to damage: upstream's of the golden data, and one of ours with a column of every encoding.
struct ShardSeeds: Sendable {
  struct Shard: Sendable {
    var info: ShardInfo
    /// Data, and the `.meta` file of text.
    var data: [UInt8]
    var meta: [UInt8]?
  }

  /// Larger shards would only make the same reads slower.
  private static let byteLimit = 20_000

  /// Shards of a format, each with its description.
  static func shards(_ format: ShardFormatName) throws -> [Shard] {
    let root = (Golden.path ?? Golden.repositoryRoot + "/IntegrationTests/golden") + "/formats"
    var shards: [Shard] = []
    for name in try FileSystem.list(root) {
      let folder = "\(root)/\(name)/data"
      guard try FileSystem.status(of: folder + "/index.json") != nil else { continue }
      let json = try FileSystem.readAll(folder + "/index.json")
      for info in try DatasetIndex(parsing: json.span.bytes, file: name).shards where info.format == format {
        let files = try info.files.map { try content($0, of: info, in: folder) }
        guard let data = files.last, data.count <= byteLimit else { continue }
        shards.append(Shard(info: info, data: data, meta: files.count == 2 ? files[0] : nil))
      }
    }
    if format == .mds { shards.append(try everyEncoding()) }
    return shards
  }

  private static func content(
    _ file: (raw: FileInfo, zip: FileInfo?), of info: ShardInfo, in folder: String
  ) throws -> [UInt8] {
    let stored = try FileSystem.readAll(folder + "/" + (file.zip ?? file.raw).basename)
    guard file.zip != nil, let codec = info.compression else { return stored }
    return try codec.decompress(stored.span.bytes, expecting: file.raw.byteCount)
  }

  /// A shard of a column per encoding, so that no encoding depends on which golden data are there.
  private static func everyEncoding() throws -> Shard {
    let values = try EncodedValues.all()
    let named = values.enumerated().map { (String($0), $1) }
    var builder = MDSShardBuilder(
      format: try MDS(columns: Dictionary(uniqueKeysWithValues: named.map { ($0, $1.encoding) })))
    let sample = Dictionary(uniqueKeysWithValues: named.map { ($0, $1.value) })
    for _ in 0..<3 { _ = try builder.add(sample) }
    guard let files = try builder.finish() else { throw BrokenPromise("expected a shard of 3 samples, found none") }
    let info = builder.format.info(
      sampleCount: files.sampleCount, rawData: FileInfo(basename: "shard.00000.mds", byteCount: files.dataByteCount))
    return Shard(info: info, data: Array(files.data))
  }
}
