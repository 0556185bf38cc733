import BinaryIO
import CloudAuth
import HTTPTransport
import ObjectStorage
import PythonJSON

extension DatabricksStore {
  /// Sends a request with a token; an answer that is no success becomes an error.
  func exchange(
    _ method: HTTPRequest.Method, _ encodedPath: String, _ name: String, query: String? = nil,
    headers: HTTPHeaders = HTTPHeaders(), body: (any ByteSource)? = nil, receiving: HTTPBodyReceiver? = nil
  ) async throws(ObjectStoreError) -> HTTPResponse {
    var address = options.endpoint
    address.encodedPath = (address.encodedPath.hasSuffix("/") ? address.encodedPath : address.encodedPath + "/") + encodedPath
    address.encodedQuery = query
    var request = HTTPRequest(method, address, headers: headers, body: body)
    let credential: Expiring<BearerToken>
    do throws(CredentialError) {
      credential = try await options.credentials.current()
    } catch {
      throw ObjectStoreError(error, url: url(name))
    }
    credential.credential.authorize(&request)
    let response = try await transport.exchange(
      request, for: url(name), answerLimit: .megabytes(16), receiving: receiving)
    guard response.head.isSuccess else {
      if response.head.status == 401 { await options.credentials.refused(credential) }
      throw error(response, name, credential)
    }
    return response
  }

  private func error(
    _ response: HTTPResponse, _ name: String, _ credential: Expiring<BearerToken>
  ) -> ObjectStoreError {
    let head = response.head
    let document = try? JSONValue(parsing: response.body.span.bytes, limits: JSONLimits(depth: 16))
    let code = document?["error_code"]?.string ?? ""
    let words = [code, document?["message"]?.string ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
    func make(_ kind: ObjectStoreError.Code, _ remedy: String = "") -> ObjectStoreError {
      ObjectStoreError(
        kind, url: url(name), status: head.status, detail: "\(words); token of \(credential.source)",
        retry: kind == .throttled ? head.retryAdvice ?? .now : head.retryAdvice, remedy: remedy)
    }
    switch code {
    case "REQUEST_LIMIT_EXCEEDED": return make(.throttled)
    case "ALREADY_EXISTS", "RESOURCE_ALREADY_EXISTS", "FILE_ALREADY_EXISTS": return make(.alreadyExists)
    case "NOT_FOUND", "RESOURCE_DOES_NOT_EXIST": return make(.notFound, "check catalog, schema, volume and path")
    default: break
    }
    switch head.status {
    case 401: return make(.expiredCredential, "check DATABRICKS_TOKEN: it may have ended")
    case 403: return make(.forbidden, "ask for READ VOLUME or WRITE VOLUME")
    case 409: return make(.alreadyExists)
    default: return make(head.errorCode)
    }
  }
}
