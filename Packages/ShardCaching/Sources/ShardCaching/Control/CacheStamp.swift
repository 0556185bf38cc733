import BinaryIO
import ShardHashing

/// What a cache directory is a cache of: kept in its control file, so that nobody mixes two data sets in one directory.
public struct CacheStamp: Sendable, Hashable {
  /// The number of shards in the index.
  public var shardCount: Int
  /// A hash of the index's bytes.
  public var index: UInt64
  /// The address that shards come from, without secrets; nil when the directory is all there is.
  public var remote: String?

  /// Describes a data set.
  /// - Parameter index: the bytes of its `index.json`.
  public init(shardCount: Int, index: RawSpan, remote: String?) {
    self.init(shardCount: shardCount, index: Self.hash(index), remote: remote)
  }

  /// Describes a data set.
  /// - Parameter index: the xxh64 of the bytes of its `index.json`.
  public init(shardCount: Int, index: UInt64, remote: String?) {
    self.shardCount = shardCount
    self.index = index
    self.remote = remote
  }

  /// A hash that tells versions of an index apart.
  package static func hash(_ bytes: RawSpan) -> UInt64 {
    HashAlgorithm.xxh64.digest(of: bytes).word
  }

  /// The same of a text.
  package static func hash(of text: String) -> UInt64 {
    let bytes = Array(text.utf8)
    return hash(bytes.span.bytes)
  }

  /// The address in the form that the control file holds: cut to what its page has room for.
  var remoteText: [UInt8] { Array((remote ?? "").utf8.prefix(ControlLayout.remoteByteCount)) }
}

extension HashDigest {
  /// The last eight bytes as a number, the first of them the highest: all of a digest of 64 bits.
  var word: UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
