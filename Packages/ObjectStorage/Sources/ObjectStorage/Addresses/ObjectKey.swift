/// The name of an object within its store, such as `train/shard.00000.mds`.
///
/// At most 1024 bytes of UTF-8, not empty, without control characters and without `.` or `..` between
/// slashes: no service, proxy or file system then reads another name from it. Spaces, percent signs, `+` and
/// non-ASCII letters are ordinary characters; whoever puts a key into a URL encodes it there.
public struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The key's text, never encoded.
  public let text: String

  /// The longest key in bytes of UTF-8: S3's limit.
  public static let maximumByteCount = 1024

  /// Checks a text from outside.
  /// - Throws: ``ObjectStoreError`` `.unusableKey` naming what is wrong with it.
  public init(parsing text: String) throws(ObjectStoreError) {
    if let flaw = Self.flaw(in: text) { throw Self.unusable(text, flaw) }
    self.text = text
  }

  /// Joins this key and more path, with one slash between.
  /// - Throws: ``ObjectStoreError`` `.unusableKey` when the result is none.
  public func appending(_ path: String) throws(ObjectStoreError) -> ObjectKey {
    try ObjectKey(parsing: text.hasSuffix("/") ? text + path : text + "/" + path)
  }

  /// The part after the last slash.
  public var lastComponent: String {
    String(text[(text.lastByte(slash).map(text.utf8.index(after:)) ?? text.startIndex)...])
  }

  /// Whether the key can be a relative file path: no empty part, so no slash at either end and none doubled.
  public var isFilePath: Bool {
    !text.utf8.split(separator: slash, omittingEmptySubsequences: false).contains { $0.isEmpty }
  }

  public var description: String { text }

  /// Orders by UTF-8 bytes, as listings are.
  public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  public static func == (left: ObjectKey, right: ObjectKey) -> Bool {
    // Bytes, not `String`'s canonical equivalence: services tell "é" from "e" with an accent.
    left.text.utf8.elementsEqual(right.text.utf8)
  }

  public func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
    hasher.combine(0xFF as UInt8)
  }

  private static func flaw(in text: String) -> String? {
    if text.isEmpty { return "no character" }
    if text.utf8.count > maximumByteCount { return "\(text.utf8.count) bytes" }
    if let control = text.utf8.first(where: { $0 < 0x20 || $0 == 0x7F }) {
      return "control character \(control)"
    }
    for part in text.utf8.split(separator: slash)
    where part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
      return "a part `\(part.count == 1 ? "." : "..")`"
    }
    return nil
  }

  static func unusable(_ text: String, _ flaw: String) -> ObjectStoreError {
    ObjectStoreError(
      .unusableKey, url: text,
      detail:
        "expected 1 to \(maximumByteCount) bytes without control characters, `.` and `..`, found \(flaw)",
      remedy: "name the object otherwise")
  }
}

extension ObjectKey: ExpressibleByStringLiteral {
  /// Writes a key into a program; text from outside goes through ``init(parsing:)``.
  /// - Precondition: the literal is a usable key.
  public init(stringLiteral text: String) {
    precondition(Self.flaw(in: text) == nil, "the literal \"\(text)\" is no object key")
    self.text = text
  }
}
