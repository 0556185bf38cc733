/// A hash name that cannot be used.
public struct HashError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong.
  public struct Code: Sendable, Hashable {
    private let name: String
    /// No algorithm has this name.
    public static let unknownName = Code(name: "unknownName")
    /// This machine's OpenSSL does not compute it.
    public static let unavailable = Code(name: "unavailable")
    /// The list of names is not in order.
    public static let unsorted = Code(name: "unsorted")
  }

  public let code: Code
  /// The name as given.
  public let name: String
  public let expected: String
  public let found: String
  public let remedy: String

  public var description: String { "hash \"\(name)\": expected \(expected), found \(found).\n\(remedy)." }
}
