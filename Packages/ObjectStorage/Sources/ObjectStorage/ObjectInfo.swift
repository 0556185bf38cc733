/// What a store tells about an object.
public struct ObjectInfo: Sendable, Hashable {
  /// The object's name.
  public var key: ObjectKey
  /// The size of the whole object in bytes.
  public var byteCount: Int
  /// The entity tag as the service writes it, quotes included; it changes when the object's bytes do. Nil
  /// where the service has none.
  public var entityTag: String?
  /// When the object was last written, nil where the service doesn't tell.
  public var modified: UnixTime?

  /// Describes an object.
  public init(key: ObjectKey, byteCount: Int, entityTag: String? = nil, modified: UnixTime? = nil) {
    self.key = key
    self.byteCount = byteCount
    self.entityTag = entityTag
    self.modified = modified
  }
}

/// One page of a listing.
public struct ListPage: Sendable, Hashable {
  /// Objects in the order of their keys' UTF-8 bytes.
  public var objects: [ObjectInfo]
  /// With a delimiter: the distinct beginnings of further keys, up to and including the delimiter.
  public var prefixes: [String]
  /// What to pass as `after:` for the next page; nil on the last. Opaque: only the store that gave it
  /// understands it.
  public var nextToken: String?
  /// Objects left out because their names are none that ``ObjectKey`` accepts.
  public var unusableKeyCount: Int

  /// Makes a page; the empty page by default.
  public init(
    objects: [ObjectInfo] = [], prefixes: [String] = [], nextToken: String? = nil, unusableKeyCount: Int = 0
  ) {
    self.objects = objects
    self.prefixes = prefixes
    self.nextToken = nextToken
    self.unusableKeyCount = unusableKeyCount
  }
}
