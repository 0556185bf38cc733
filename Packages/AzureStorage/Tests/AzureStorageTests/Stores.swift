import AzureStorage
import CloudAuth
import FakeObjectStores
import HTTPTransport
import ObjectStorage
import Testing

extension FakeAzure {
  /// The account's key, as a credential.
  func sharedKey() throws -> AzureCredential {
    .sharedKey(try #require(AzureSharedKey(account: options.account, base64Key: options.key)))
  }

  /// A store of the server's container `data`.
  func store(
    _ credential: AzureCredential? = nil, container: String = "data", isAnonymous: Bool = false,
    _ configure: (inout AzureOptions) -> Void = { _ in }
  ) throws -> AzureStore {
    let source = ExplicitSource(try credential ?? sharedKey(), name: "a test")
    var options = AzureOptions(
      identity: isAnonymous ? .anonymous : .credentials(CredentialCache<AzureCredential>([source])),
      endpoint: try HTTPURL(parsing: endpoint))
    configure(&options)
    return try AzureStore(container: container, options: options, transport: try CurlTransport())
  }
}
