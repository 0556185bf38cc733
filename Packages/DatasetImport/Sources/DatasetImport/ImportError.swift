internal import ArchiveReading
internal import BinaryIO

/// Why something could not be imported: where, what was expected, what was found, what to do.
public struct ImportError: Error, Sendable, CustomStringConvertible {
  /// The kind of failure; compare with the static members. More kinds may be added.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The columns that were asked for are written in no way that can be read, or ask for what text cannot hold.
    public static let badColumns = Code(description: "badColumns")
    /// The file has no column of that name.
    public static let missingColumn = Code(description: "missingColumn")
    /// The file could not be read; see the cause.
    public static let unreadable = Code(description: "unreadable")
    /// An archive or a compressed file is damaged, too large, or none; see the cause, an `ArchiveError`.
    public static let badArchive = Code(description: "badArchive")
    /// A data set could not be read; see the cause.
    public static let badDataset = Code(description: "badDataset")
    /// A record is not well formed.
    public static let badRecord = Code(description: "badRecord")
    /// A record is longer than the limit.
    public static let recordTooLong = Code(description: "recordTooLong")
    /// A value is not what its encoding takes.
    public static let badValue = Code(description: "badValue")
    /// The data set could not be written; see the cause, a `WritingError`.
    public static let notWritten = Code(description: "notWritten")
    /// There are fewer records than the interrupted import had made safe.
    public static let shorterThanBefore = Code(description: "shorterThanBefore")
  }

  public let code: Code
  /// The file; empty when there is none.
  public let file: String
  /// The line that the record begins at, from 1, where there is one.
  public let line: Int?
  public let column: String?
  public let expected: String
  public let found: String
  /// What to do, in the imperative, without a full stop.
  public let remedy: String
  /// The error of a lower layer that led to this one.
  public let cause: (any Error)?

  public init(
    _ code: Code, file: String = "", line: Int? = nil, column: String? = nil, expected: String, found: String,
    remedy: String, cause: (any Error)? = nil
  ) {
    self.code = code
    self.file = file
    self.line = line
    self.column = column
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }

  /// The same error with its place filled in.
  func at(file: String, line: Int?) -> ImportError {
    ImportError(
      code, file: file, line: line, column: column, expected: expected, found: found, remedy: remedy,
      cause: cause)
  }

  /// Two lines: the place with what was expected and found; then the remedy.
  public var description: String {
    if let cause, [.notWritten, .badArchive, .badDataset].contains(code) { return "\(cause)" }
    var head = file
    if let line { head += ":\(line)" }
    if let column { head += "\(head.isEmpty ? "" : ": ")column \"\(column)\"" }
    let found = String(found.map { $0.isNewline ? " " : $0 })
    return "\(head.isEmpty ? "" : head + ": ")expected \(expected), found \(found).\n"
      + "\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}

extension ImportError {
  init(_ error: ArchiveError) {
    self.init(
      error.code == .unreadable ? .unreadable : .badArchive, file: error.file, expected: error.expected,
      found: error.found, remedy: error.remedy, cause: error.code == .unreadable ? error.cause : error)
  }
}

extension ImportError {
  init(_ error: FileError) {
    self.init(
      .unreadable, file: error.path, expected: error.expected, found: error.found, remedy: error.remedy, cause: error)
  }
}
