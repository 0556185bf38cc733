import CloudAuth
import HTTPTransport
public import ObjectStorage

extension DatabricksStore {
  /// Tells the workspace and where tokens were looked for, and asks the workspace for its clock.
  public func diagnose() async -> StoreDiagnosis {
    var diagnosis = StoreDiagnosis(service: "Databricks volumes (Files API)", endpoint: options.endpoint.description)
    await diagnosis.addCredentials(of: options.credentials)
    diagnosis.clockOffset = await transport.greeting(HTTPRequest(.head, options.endpoint))?.clockOffset
    return diagnosis
  }
}
