public import ObjectStorage

/// A data set repository of the Hugging Face Hub at one revision: `hf://datasets/org/name[@revision]/path`.
public struct HubAddress: Sendable, Hashable {
  /// `org/name`.
  public let repository: String
  /// A branch, tag or commit; `main` where the address has none.
  public let revision: String
  /// What follows, `""` for the whole repository.
  public let path: String

  /// Reads an address.
  ///
  /// A revision with slashes, such as `refs/convert/parquet`, is written with `%2F`.
  /// - Throws: `.unusableURL` for anything but `hf://datasets/org/name…`.
  public init(_ url: StoreURL) throws(ObjectStoreError) {
    let parts = url.path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard url.scheme == "hf", url.host == "datasets", url.userInfo == nil, url.port == nil,
      url.query == nil, parts.count >= 2
    else { throw Self.unusable(url, "another kind of address") }
    let named = parts[1].split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let revision =
      named.count > 1 ? String(named[1]).replacing("%2F", with: "/").replacing("%2f", with: "/") : "main"
    guard Self.isName(parts[0]), Self.isName(named[0]), Self.isRevision(revision) else {
      throw Self.unusable(url, "a name with other characters")
    }
    repository = "\(parts[0])/\(named[0])"
    self.revision = revision
    path = parts.count > 2 ? String(parts[2]) : ""
  }

  /// Letters, digits, `-`, `.` and `_`, as the Hub allows.
  private static func isName(_ text: some StringProtocol) -> Bool {
    (1...96).contains(text.utf8.count) && text != "." && text != ".."
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
          || $0 == 0x5F
      }
  }

  private static func isRevision(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count)
      && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && $0 != "." && $0 != ".."
      }
  }

  private static func unusable(_ url: StoreURL, _ found: String) -> ObjectStoreError {
    ObjectStoreError(
      .unusableURL, url: "\(url)",
      detail: "expected hf://datasets/org/name[@revision]/path, found \(found)",
      remedy: "write it as hf://datasets/org/name/path")
  }
}

extension HubAddress: CustomStringConvertible {
  /// The repository's address, without the path.
  public var description: String {
    "hf://datasets/\(repository)" + (revision == "main" ? "" : "@" + revision.replacing("/", with: "%2F"))
  }
}
