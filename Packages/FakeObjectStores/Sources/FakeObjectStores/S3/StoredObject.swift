import BinaryIO
import ObjectStorage

/// An object that is there: its bytes in memory or mapped, never changed.
final class StoredObject: Sendable {
  enum Bytes: Sendable {
    case memory([UInt8])
    case file(MappedFile)
  }

  let bytes: Bytes
  let entityTag: String
  let modified: UnixTime
  let contentType: String?

  init(_ bytes: Bytes, entityTag: String, modified: UnixTime, contentType: String? = nil) {
    self.bytes = bytes
    self.entityTag = entityTag
    self.modified = modified
    self.contentType = contentType
  }

  var byteCount: Int {
    switch bytes {
    case .memory(let bytes): bytes.count
    case .file(let file): file.byteCount
    }
  }

  /// Calls `body` with all bytes, where they lie.
  ///
  /// Safe because they stay in place for the call. Pages of a file that somebody cuts off make `send` fail,
  /// they do not trap: the system reads them.
  func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    switch bytes {
    case .memory(let bytes): try bytes.span.bytes.withUnsafeBytes { bytes throws(E) in try body(bytes) }
    case .file(let file): try file.bytes.withUnsafeBytes { bytes throws(E) in try body(bytes) }
    }
  }
}

/// What is told of an object in a listing.
struct ListedObject: Sendable {
  let key: KeyBytes
  let byteCount: Int
  let entityTag: String
  let modified: UnixTime
}

/// What a write asks for beforehand.
struct WriteCondition: Sendable {
  var createOnly = false
  var ifMatch: String?

  /// Checks against what is there.
  func check(_ present: StoredObject?, key: KeyBytes) throws(S3Error) {
    if createOnly, present != nil { throw .preconditionFailed("If-None-Match") }
    if let ifMatch {
      guard let present else { throw .noSuchKey(key.text) }
      guard ifMatch == present.entityTag || ifMatch == "*" else { throw .preconditionFailed("If-Match") }
    }
  }
}

/// Buckets full of objects. Called from many threads.
protocol ObjectTable: Sendable {
  /// Whether an object that is put without an entity tag gets its MD5.
  var tagsByMD5: Bool { get }
  func hasBucket(_ name: String) -> Bool
  var bucketNames: [String] { get }
  func object(_ bucket: String, _ key: KeyBytes) -> StoredObject?
  func put(
    _ bytes: [UInt8], _ bucket: String, _ key: KeyBytes, entityTag: String?, contentType: String?,
    _ condition: WriteCondition, now: UnixTime
  ) throws(S3Error) -> StoredObject
  func delete(_ bucket: String, _ key: KeyBytes) throws(S3Error)
  /// The first `limit` objects whose keys begin so, sorted by the keys' bytes, from the first not below
  /// `start`.
  func objects(
    _ bucket: String, prefix: KeyBytes, from start: KeyBytes, limit: Int
  ) throws(S3Error) -> [ListedObject]
}
