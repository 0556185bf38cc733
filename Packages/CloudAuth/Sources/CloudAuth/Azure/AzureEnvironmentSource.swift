/// A key, signature or connection string of a storage account in the environment.
///
/// `AZURE_STORAGE_CONNECTION_STRING`, `AZURE_ACCOUNT_ACCESS_KEY` (upstream's), `AZURE_STORAGE_KEY`,
/// `AZURE_STORAGE_SAS_TOKEN`, in this order. Where the environment names an account that is not the one asked
/// for, its key is not for that one.
public struct AzureEnvironmentSource: CredentialSource {
  public let name = "environment (AZURE_STORAGE_…)"
  private let account: String?
  private let environment: EnvironmentVariables

  /// Looks in the given variables.
  /// - Parameter account: the account that is asked; nil for the one that the environment names.
  public init(account: String? = nil, _ environment: EnvironmentVariables = .process) {
    self.account = account
    self.environment = environment
  }

  /// The account that the environment names: upstream's `AZURE_ACCOUNT_NAME`, or `AZURE_STORAGE_ACCOUNT`.
  public static func account(_ environment: EnvironmentVariables = .process) -> String? {
    environment["AZURE_ACCOUNT_NAME"] ?? environment["AZURE_STORAGE_ACCOUNT"]
  }

  public func fetch() async throws(CredentialError) -> Expiring<AzureCredential>? {
    if let text = environment["AZURE_STORAGE_CONNECTION_STRING"] {
      let source = "environment (AZURE_STORAGE_CONNECTION_STRING)"
      let string = try AzureConnectionString(parsing: text, source: source)
      if isMeant(string.account) { return Expiring(string.credential, source: source) }
    }
    let named = Self.account(environment)
    guard isMeant(named) else { return nil }
    for variable in ["AZURE_ACCOUNT_ACCESS_KEY", "AZURE_STORAGE_KEY"] {
      guard let text = environment[variable] else { continue }
      let source = "environment (\(variable))"
      guard let account = account ?? named else {
        throw CredentialError(
          .unusable, source: source, detail: "expected the account's name beside its key, found none",
          remedy: "set AZURE_ACCOUNT_NAME")
      }
      guard let key = AzureSharedKey(account: account, base64Key: text) else {
        throw CredentialError(
          .unusable, source: source, detail: "expected a key in base64, found something else",
          remedy: "copy the key from the portal, or `az storage account keys list`")
      }
      return Expiring(.sharedKey(key), source: source)
    }
    if let text = environment["AZURE_STORAGE_SAS_TOKEN"] {
      let signature = Secret(text.hasPrefix("?") ? String(text.dropFirst()) : text)
      return Expiring(.sharedAccessSignature(signature), source: "environment (AZURE_STORAGE_SAS_TOKEN)")
    }
    return nil
  }

  private func isMeant(_ named: String?) -> Bool {
    guard let account, let named else { return true }
    return account == named
  }
}
