/// Why a shard is not in the cache: where, what was expected and found, what to do.
public struct CacheError: Error, Sendable {
  /// The kind of failure. More kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The shard is not in the directory, and there is no store to get it from.
    public static let missing = Code(description: "missing")
    /// A file has another size than the index tells.
    public static let wrongSize = Code(description: "wrongSize")
    /// A file's hash is not the one in the index.
    public static let wrongHash = Code(description: "wrongHash")
    /// A hash was asked for that the index does not have.
    public static let hashNotListed = Code(description: "hashNotListed")
    /// The compressed bytes do not give the shard; see the cause.
    public static let undecodable = Code(description: "undecodable")
    /// The index in the store can't be read; see the cause.
    public static let badIndex = Code(description: "badIndex")
    /// The store did not deliver; see the cause.
    public static let store = Code(description: "store")
    /// The limit of the cache leaves no room: everything in it is in use.
    public static let full = Code(description: "full")
    /// The limit of the cache is too small for the data set; the error names the smallest that works.
    public static let limitTooSmall = Code(description: "limitTooSmall")
    /// The directory is in use for a data set from another address.
    public static let otherRemote = Code(description: "otherRemote")
    /// The index in the store, or that of running processes, is another than the one in the directory.
    public static let otherIndex = Code(description: "otherIndex")
    /// The directory can't be read or written; see the cause.
    public static let directory = Code(description: "directory")
    /// Another process was busy with the shard for longer than allowed.
    public static let timedOut = Code(description: "timedOut")
    /// The task was cancelled or the cache closed.
    public static let cancelled = Code(description: "cancelled")
  }

  public let code: Code
  /// The file in the cache, or the object, without secrets.
  public let file: String
  /// The shard's number in its index.
  public let shard: Int?
  public let expected: String
  public let found: String
  public let remedy: String
  /// The error of a lower layer.
  public let cause: (any Error)?

  public init(
    _ code: Code, file: String, shard: Int? = nil, expected: String, found: String, remedy: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.file = file
    self.shard = shard
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }
}

extension CacheError: CustomStringConvertible {
  /// Two lines: where, expected and found; then the remedy. A cause that says it all speaks for itself.
  public var description: String {
    if let cause, code == .store || code == .directory || code == .undecodable || code == .badIndex { return "\(cause)" }
    let place = shard.map { "\(file), shard \($0)" } ?? file
    return "\(place): expected \(expected), found \(found).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}
