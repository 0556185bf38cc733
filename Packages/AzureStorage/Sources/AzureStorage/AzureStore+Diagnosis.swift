import CloudAuth
import HTTPTransport
public import ObjectStorage

extension AzureStore {
  /// Tells endpoint and credentials, and asks the service for its clock.
  public func diagnose() async -> StoreDiagnosis {
    var diagnosis = StoreDiagnosis(service: "Azure Blob Storage", endpoint: options.endpoint.description)
    if case .credentials(let cache) = options.identity {
      await diagnosis.addCredentials(of: cache)
    } else {
      await diagnosis.addCredentials(of: CredentialCache<AzureCredential>?.none)
    }
    diagnosis.clockOffset = await transport.greeting(HTTPRequest(.head, place(of: nil)))?.clockOffset
    diagnosis.settings.append(.init("container", container))
    return diagnosis
  }
}
