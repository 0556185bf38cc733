import BinaryIO
import CloudAuth
import HTTPTransport
import ObjectStorage
import Synchronization

extension AzureStore {
  /// Authorizes and sends a request; an answer that is no success becomes an error.
  /// - Parameter answerLimit: the most bytes of an answer that goes into memory.
  /// - Parameter receiving: where the body of a success goes; nil for memory.
  func exchange(
    _ request: ObjectRequest, answerLimit: ByteCount = .megabytes(1), receiving: HTTPBodyReceiver? = nil
  ) async throws(ObjectStoreError) -> HTTPResponse {
    var http = HTTPRequest(
      request.method, place(of: request.key), headers: request.headers, body: request.body)
    if !request.query.isEmpty {
      http.url.encodedQuery = PercentEncoding.encodedQuery(request.query.map { (name: $0.0, value: $0.1) })
    }
    for header in options.headers { http.headers[header.name] = header.value }
    let credential = try await credential(for: request.key)
    if let credential {
      signer.sign(&http, with: credential.credential, at: .now + clockOffset.withLock { $0 })
    } else {
      http.headers["x-ms-version"] = signer.serviceVersion
    }
    let response = try await transport.exchange(
      http, for: url(of: request.key), answerLimit: answerLimit, receiving: receiving)
    guard response.head.isSuccess else { throw await error(response, request.key, credential) }
    return response
  }

  /// The URL of an object or the container, without a query.
  func place(of key: ObjectKey?) -> HTTPURL {
    let base = options.endpoint.appending(path: container)
    return key.map { base.appending(path: $0.text) } ?? base
  }
}
