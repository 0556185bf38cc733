/// What went wrong with a batch: which column, what was expected, what was found and what to do.
public struct BatchError: Error, Sendable {
  /// The kind of a ``BatchError``.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// No column has that name or number.
    public static let unknownColumn = Code(description: "unknownColumn")
    /// The elements are of another type than the one asked for.
    public static let wrongType = Code(description: "wrongType")
    /// The row lies outside of the batch.
    public static let rowOutOfRange = Code(description: "rowOutOfRange")
    /// Rows of equal length have no offsets.
    public static let notRagged = Code(description: "notRagged")
    /// Rows that were not padded have no lengths of their own.
    public static let notPadded = Code(description: "notPadded")
    /// The bytes of a row are no UTF-8 text.
    public static let notUTF8 = Code(description: "notUTF8")
    /// A schema names a column twice or has a negative extent.
    public static let unusableSchema = Code(description: "unusableSchema")
    /// The values given do not fit the schema or each other.
    public static let lengthMismatch = Code(description: "lengthMismatch")
    /// The batch does not fit in memory, or its size does not fit in `Int`.
    public static let outOfMemory = Code(description: "outOfMemory")
  }

  public let code: Code
  /// The column that the error is about, if it is about one.
  public let column: String?
  /// The row, where one is to blame.
  public let row: Int?
  public let expected: String
  public let found: String
  public let remedy: String
  /// The error below this one, if any.
  public let cause: (any Error)?

  public init(
    _ code: Code, column: String? = nil, row: Int? = nil, expected: String, found: String, remedy: String,
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.column = column
    self.row = row
    self.expected = expected
    self.found = found
    self.remedy = remedy
    self.cause = cause
  }
}

extension BatchError: CustomStringConvertible {
  public var description: String {
    "\(column.map { "column \"\($0)\"" } ?? "batch")\(row.map { ", row \($0)" } ?? ""): expected \(expected), found \(found).\n\(remedy)."
  }
}
