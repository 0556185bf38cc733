/// Why a fake server could not be started or filled.
public struct FakeServerError: Error, Sendable, CustomStringConvertible {
  /// The kind of a ``FakeServerError``.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// The system gave no socket or no port.
    public static let noSocket = Code(description: "noSocket")
    /// Threads were still running when the time to stop was over.
    public static let stillRunning = Code(description: "stillRunning")
    /// The directory that holds the objects can't be read or written.
    public static let directory = Code(description: "directory")
  }

  public let code: Code
  public let expected: String
  public let found: String
  public let remedy: String
  /// The error below this one, if any.
  public let cause: (any Error)?

  init(_ code: Code, expected: String, found: String, remedy: String, cause: (any Error)? = nil) {
    self.code = code
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }

  public var description: String { "fake server: expected \(expected), found \(found).\n\(remedy)." }
}
