/// Where a data set or a part of one lies: a path, a URL, or a local directory with the place it is a copy of.
public struct DatasetAddress: Sendable, Hashable, CustomStringConvertible {
  /// A directory of this machine; its `index.json` may be named in full.
  public let local: String?
  /// A URL, or another path.
  public let remote: String?

  /// A local directory, looked at first, and where it comes from.
  public init(local: String, remote: String) {
    self.local = Self.directory(local)
    self.remote = Self.directory(remote)
  }

  /// A path or a URL.
  public init(_ address: String) {
    let isURL = address.contains("://") || address.hasPrefix("dbfs:/")
    local = isURL ? nil : Self.directory(address)
    remote = isURL ? Self.directory(address) : nil
  }

  public var description: String { [local, remote].compactMap { $0 }.joined(separator: " of ") }

  private static func directory(_ address: String) -> String {
    var address = address
    while address.count > 1, address.hasSuffix("/") { address.removeLast() }
    if address.hasSuffix("/" + IndexFile.name) { address.removeLast(IndexFile.name.count + 1) }
    return address.isEmpty ? "/" : address
  }
}

extension DatasetAddress: ExpressibleByStringLiteral {
  public init(stringLiteral address: String) { self.init(address) }
}
