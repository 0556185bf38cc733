/// A file of a shard, as the index describes it.
public struct FileInfo: Sendable, Hashable {
  /// The path below the index's directory, with `/`; usually a plain name. Never absolute, never with `.` or `..`.
  public var basename: String
  public var byteCount: Int
  /// The file's hashes in the index's order; the names need not be algorithms that this machine has.
  public var hashes: [FileHash]

  public init(basename: String, byteCount: Int, hashes: [FileHash] = []) {
    self.basename = basename
    self.byteCount = byteCount
    self.hashes = hashes
  }

  /// The hexadecimal digits of the algorithm with that name, nil when the index has none.
  public func hash(_ algorithm: String) -> String? { hashes.first { $0.algorithm == algorithm }?.hex }
}

/// One hash of a file: the algorithm's name and the digits, both as they stand in the index.
public struct FileHash: Sendable, Hashable {
  public var algorithm: String
  public var hex: String

  public init(algorithm: String, hex: String) {
    self.algorithm = algorithm
    self.hex = hex
  }
}
