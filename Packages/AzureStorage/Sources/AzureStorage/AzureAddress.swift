public import ObjectStorage

/// Account, container and path that an address means.
///
/// - `azure://account.blob.core.windows.net/container/path` and `azure://account/container/path`, as upstream
///   downloads;
/// - `azure://container/path` where `AZURE_ACCOUNT_NAME` names the account, as upstream uploads: when the first
///   name is the account's, the form above is meant;
/// - `azure-dl://filesystem/path` and `az://container/path`, likewise with the account from the environment;
/// - `abfss://container@account.dfs.core.windows.net/path`;
/// - `https://account.blob.core.windows.net/container/path`, with a shared access signature as its query.
public struct AzureAddress: Sendable, Hashable {
  /// The account's name.
  public let account: String
  /// The container's or file system's name.
  public let container: String
  /// What follows, without slashes at the end.
  public let path: String
  /// What follows the account in the host's name: `core.windows.net`, or that of another cloud.
  public let domain: String

  static let domains = ["core.windows.net", "core.chinacloudapi.cn", "core.usgovcloudapi.net"]

  /// Reads an address.
  /// - Parameter account: the account that the environment names.
  /// - Throws: `.unusableURL` when account or container are missing or no names; `.misconfigured` when the
  ///   environment should name the account.
  public init(_ url: StoreURL, account named: String?) throws(ObjectStoreError) {
    let (host, domain) = Self.account(ofHost: url.host)
    self.domain = domain ?? Self.domains[0]
    if let container = url.userInfo, url.scheme.hasPrefix("abfs") {
      (account, self.container, path) = (host, container, url.path)
    } else if url.host.contains(".") || (url.scheme == "azure" && (named == nil || named == url.host)) {
      let parts = url.path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      account = host
      container = parts.first.map(String.init) ?? ""
      path = parts.count > 1 ? String(parts[1]) : ""
    } else {
      guard let named else {
        throw ObjectStoreError(
          .misconfigured, url: "\(url)", detail: "expected the storage account's name, found none",
          remedy: "set AZURE_ACCOUNT_NAME, or write azure://account.blob.core.windows.net/container/path")
      }
      (account, container, path) = (named, url.host, url.path)
    }
    // The account becomes a part of a host's name.
    func isPlain(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
    guard (3...63).contains(account.utf8.count), account.utf8.allSatisfy({ isPlain($0) || $0 == 0x2D }),
      !container.isEmpty
    else {
      throw ObjectStoreError(
        .unusableURL, url: "\(url)", detail: "expected an account and a container, found other names",
        remedy: "write it as azure://account.blob.core.windows.net/container/path")
    }
  }

  /// Whether a web address is one of Azure's storage accounts.
  static func isAccount(host: String) -> Bool { account(ofHost: host).domain != nil }

  private static func account(ofHost host: String) -> (name: String, domain: String?) {
    let host = host.lowercased()
    let name = String(host.prefix { $0 != "." })
    let rest = host.dropFirst(name.count)
    for domain in domains where rest == ".blob." + domain || rest == ".dfs." + domain { return (name, domain) }
    return (name, nil)
  }
}
