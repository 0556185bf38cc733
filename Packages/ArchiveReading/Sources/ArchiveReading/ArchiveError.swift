/// Why an archive or a compressed file could not be read: where, what was expected, what was found, what to do.
public struct ArchiveError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; compare with the static members. More kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The file could not be opened or read; see the cause.
    public static let unreadable = Code(description: "unreadable")
    /// The file is no archive that is known here.
    public static let notAnArchive = Code(description: "notAnArchive")
    /// The archive contradicts itself, or ends too early.
    public static let damaged = Code(description: "damaged")
    /// A member is encrypted, or packed in a way that the library does not know.
    public static let unsupported = Code(description: "unsupported")
    /// A member is larger than the limit.
    public static let memberTooLarge = Code(description: "memberTooLarge")
    /// The archive unpacks to more times its size than the limit: a bomb, in all likelihood.
    public static let expandsTooMuch = Code(description: "expandsTooMuch")
    /// There is not enough memory.
    public static let outOfMemory = Code(description: "outOfMemory")
  }

  public let code: Code
  /// The file's path; `standard input` for that.
  public let file: String
  /// The member's path in the archive, where there is one.
  public let member: String?
  public let expected: String
  public let found: String
  /// What to do, in the imperative, without a full stop.
  public let remedy: String
  /// The error of a lower layer that led to this one.
  public let cause: (any Error)?

  init(
    _ code: Code, file: String, member: String? = nil, expected: String, found: String, remedy: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.file = file
    self.member = member
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }

  /// Two lines: the place with what was expected and found; then the remedy.
  public var description: String {
    let place = member.map { "\(file): member \"\($0)\"" } ?? file
    return "\(place): expected \(expected), found \(found).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}
