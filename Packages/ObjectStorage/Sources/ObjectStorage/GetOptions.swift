/// A part of an object, as HTTP's `Range` names it.
public enum ByteRange: Sendable, Hashable {
  /// From a byte up to another; what lies past the object's end is left out.
  case bytes(Range<Int>)
  /// From a byte to the object's end.
  case from(Int)
  /// The last bytes: all of them when the object has fewer.
  case suffix(Int)

  /// The bytes that this means in an object of `byteCount` bytes.
  /// - Returns: nil when nothing is left: an empty or negative range, or a start at or past the end.
  public func resolved(in byteCount: Int) -> Range<Int>? {
    switch self {
    case .bytes(let range):
      guard range.lowerBound >= 0, range.lowerBound < byteCount, !range.isEmpty else { return nil }
      return range.lowerBound..<min(range.upperBound, byteCount)
    case .from(let start):
      guard start >= 0, start < byteCount else { return nil }
      return start..<byteCount
    case .suffix(let count):
      guard count > 0, byteCount > 0 else { return nil }
      return (byteCount - min(count, byteCount))..<byteCount
    }
  }

  /// The value of HTTP's `Range` header, nil for a range that HTTP can't express (empty or negative).
  public var headerValue: String? {
    switch self {
    case .bytes(let range):
      range.lowerBound >= 0 && !range.isEmpty ? "bytes=\(range.lowerBound)-\(range.upperBound - 1)" : nil
    case .from(let start): start >= 0 ? "bytes=\(start)-" : nil
    case .suffix(let count): count > 0 ? "bytes=-\(count)" : nil
    }
  }
}

/// How to read an object.
public struct GetOptions: Sendable, Hashable {
  /// The part to read; nil for all of it.
  public var range: ByteRange?
  /// Read only if the object still has this entity tag.
  public var ifMatch: String?

  /// Makes options; the whole object, unconditionally, by default.
  public init(range: ByteRange? = nil, ifMatch: String? = nil) {
    self.range = range
    self.ifMatch = ifMatch
  }

  /// The bytes to read from `info`'s object, after checking the condition. For those who write a store.
  /// - Throws: `.preconditionFailed` when `ifMatch` is another entity tag; `.rangeNotSatisfiable` when no
  ///   byte of the range is inside the object.
  public func resolvedRange(
    of info: ObjectInfo, url: @autoclosure () -> String? = nil
  ) throws(ObjectStoreError) -> Range<Int> {
    if let ifMatch, ifMatch != info.entityTag {
      throw ObjectStoreError(
        .preconditionFailed, url: url() ?? info.key.text,
        detail: "expected entity tag \(ifMatch), found \(info.entityTag ?? "none")",
        remedy: "read the object again from its start: it was replaced")
    }
    guard let range else { return 0..<info.byteCount }
    guard let resolved = range.resolved(in: info.byteCount) else {
      throw ObjectStoreError(
        .rangeNotSatisfiable, url: url() ?? info.key.text,
        detail: "expected a range inside \(info.byteCount) bytes, found \(range)",
        remedy: "check that the index and the object belong together")
    }
    return resolved
  }
}
