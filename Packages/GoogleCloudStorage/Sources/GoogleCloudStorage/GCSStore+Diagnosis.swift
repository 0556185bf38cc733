import BinaryIO
import CloudAuth
import HTTPTransport
public import ObjectStorage
import PythonJSON

extension GCSStore {
  /// Tells endpoint and credentials, asks the service for its clock and, by leave to see the bucket, where that is.
  public func diagnose() async -> StoreDiagnosis {
    var diagnosis = StoreDiagnosis(service: "Google Cloud Storage", endpoint: options.endpoint.description)
    if case .credentials(let cache) = options.identity {
      await diagnosis.addCredentials(of: cache)
    } else {
      await diagnosis.addCredentials(of: CredentialCache<BearerToken>?.none)
    }
    diagnosis.clockOffset = await transport.greeting(HTTPRequest(.head, options.endpoint))?.clockOffset
    var request = GCSRequest(method: .get, encodedPath: "storage/v1/b/\(PercentEncoding.encoded(bucket))")
    request.query = [("fields", "location,storageClass")]
    if diagnosis.clockOffset != nil, let response = try? await exchange(request) {
      let document = try? json(response, url(of: nil))
      diagnosis.region = document?["location"]?.string
      if let kind = document?["storageClass"]?.string { diagnosis.settings.append(.init("storage class", kind)) }
    }
    if let project = options.billedProject { diagnosis.settings.append(.init("billed project", project)) }
    return diagnosis
  }
}
