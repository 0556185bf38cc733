internal import BinaryIO
internal import ShardHashing

extension DatasetIndex {
  /// What tells data sets apart: a hash over each shard's number of samples, and the names, sizes and hashes of its files
  /// as they are read.
  ///
  /// Not over compressed files or the text of the index, so that a copy with another compression has the same. Nil when the
  /// side-car that the index lies in was cut short.
  /// - Complexity: O(shards), a few milliseconds for 100,000.
  public var contentHash: UInt64? {
    guard let data = shards.rawData.contentHashes, let meta = shards.rawMeta.contentHashes else { return nil }
    let samples = HashAlgorithm.xxh3_64.digest(of: shards.sampleCounts.span.bytes).word
    let words = ([samples] + data + meta).map(\.littleEndian)
    return HashAlgorithm.xxh3_64.digest(of: words.span.bytes).word
  }
}
