import SystemLibC

/// A failure of the file system, with the file, what was expected and what to do.
public struct FileError: Error, Sendable {
  /// What kind of failure it was. More kinds may be added.
  public struct Code: Sendable, Hashable {
    let name: String

    /// Nothing has that name.
    public static let notFound = Code(name: "not found")
    /// The process may not do that.
    public static let permissionDenied = Code(name: "permission denied")
    /// The device, a quota or a limit on file sizes is full.
    public static let noSpace = Code(name: "no space left")
    /// Something has that name already.
    public static let alreadyExists = Code(name: "already exists")
    /// A part of the path is a file.
    public static let notADirectory = Code(name: "not a directory")
    /// The path is a directory.
    public static let isADirectory = Code(name: "is a directory")
    /// The directory still has entries.
    public static let notEmpty = Code(name: "not empty")
    /// The file ends before the bytes that were asked for.
    public static let truncated = Code(name: "truncated")
    /// The process or the system has no file descriptor left.
    public static let tooManyOpenFiles = Code(name: "too many open files")
    /// The file system is mounted read-only.
    public static let readOnly = Code(name: "read-only file system")
    /// A path with a NUL byte, or too long for the system.
    public static let unusablePath = Code(name: "unusable path")
    /// Another failure of the system; `systemError` tells which.
    public static let other = Code(name: "system error")
  }

  /// The kind of failure.
  public let code: Code
  /// The file, as it was given.
  public let path: String
  /// The position in the file, in bytes, where there is one.
  public let byteOffset: Int?
  /// What the operation needed.
  public let expected: String
  /// What it met.
  public let found: String
  /// What to do about it.
  public let remedy: String
  /// The system's error number, 0 when the system reported none.
  public let systemError: Int32

  /// Describes a failure.
  public init(
    _ code: Code, path: String, byteOffset: Int? = nil, expected: String, found: String, remedy: String,
    systemError: Int32 = 0
  ) {
    self.code = code
    self.path = path
    self.byteOffset = byteOffset
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.systemError = systemError
  }

  /// Describes a failed system call.
  /// - Parameter number: the value of `errno` right after the call.
  package init(path: String, doing operation: String, errno number: Int32) {
    let (code, remedy): (Code, String) =
      switch number {
      case ENOENT: (.notFound, "check the path")
      case EACCES, EPERM: (.permissionDenied, "give this user access, or choose another directory")
      case ENOSPC, EDQUOT, EFBIG: (.noSpace, "free space on that device, or choose another directory")
      case EEXIST: (.alreadyExists, "remove it, or choose another name")
      case ENOTDIR: (.notADirectory, "check the path: a part of it is a file")
      case EISDIR: (.isADirectory, "name a file in it")
      case ENOTEMPTY: (.notEmpty, "empty the directory first")
      case EMFILE, ENFILE: (.tooManyOpenFiles, "raise the limit with `ulimit -n`")
      case EROFS: (.readOnly, "choose a directory on a writable file system")
      case ENAMETOOLONG, EINVAL, ELOOP: (.unusablePath, "choose a shorter, plain path")
      default: (.other, "check the device, then try again")
      }
    self.init(
      code, path: path, expected: "to \(operation)", found: String(cString: strerror(number)), remedy: remedy,
      systemError: number)
  }
}

extension FileError: CustomStringConvertible {
  /// Two lines: where, what was expected and found; then the remedy.
  public var description: String {
    let place = byteOffset.map { "\(path) at byte \($0)" } ?? path
    return "\(place): expected \(expected), found \(found).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}
