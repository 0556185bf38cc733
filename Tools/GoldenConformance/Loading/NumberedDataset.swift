import BinaryIO
import MDSFormat
import ShardFormats

/// MDS data sets with shards of given sizes, empty ones included, whose samples hold their own number over all streams.
enum NumberedDataset {
  /// Writes a stream, as upstream's writer would with these many samples in each shard.
  /// - Parameter first: the number of its first sample.
  static func write(_ shardSizes: [Int], first: Int, to folder: String) throws {
    try FileSystem.createDirectory(folder)
    let format = try MDS(columns: ["id": .int], settings: ShardSettings(sizeLimit: nil))
    var builder = ShardBuilder(format: format)
    var index = DatasetIndex()
    var number = first
    for (shard, count) in shardSizes.enumerated() {
      for _ in 0..<count {
        _ = try builder.add(values: [.int(number)])
        number += 1
      }
      let data = try builder.finish()?.data ?? format.frame([]).head
      let digits = String(shard)
      let name = "shard." + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".mds"
      try FileSystem.write(data.span.bytes, to: folder + "/" + name)
      try index.append(
        format.info(sampleCount: count, rawData: FileInfo(basename: name, byteCount: data.count)))
    }
    try FileSystem.write(index.encoded().span.bytes, to: folder + "/index.json")
  }
}
