/// A column of a shard: its name and how its values become bytes.
public struct ColumnSpec: Sendable, Hashable {
  public var name: String
  public var encoding: Encoding
  /// The encoding as the index spells it (`ndarray:` and `ndarray` mean the same).
  public var encodingName: String

  public init(name: String, encoding: Encoding) {
    self.init(name: name, encoding: encoding, encodingName: encoding.name)
  }

  init(name: String, encoding: Encoding, encodingName: String) {
    self.name = name
    self.encoding = encoding
    self.encodingName = encodingName
  }

  /// The bytes that every value of the column takes in an MDS shard; nil when they vary.
  public var fixedByteCount: Int? { encoding.fixedByteCount }
}
