import BinaryIO
import CloudAuth
import HTTPTransport
import ObjectStorage

/// A request before it has a place and a token.
struct GCSRequest: Sendable {
  var method: HTTPRequest.Method
  /// What follows the endpoint, encoded.
  var encodedPath: String
  /// Nil for the bucket itself.
  var key: ObjectKey?
  /// Names and values, not encoded.
  var query: [(String, String)] = []
  var headers = HTTPHeaders()
  var body: (any ByteSource)?
}

extension GCSStore {
  /// A request about an object, or about the bucket's objects.
  /// - Parameter service: `storage/v1`, with something before it for the places of bytes.
  func request(
    _ method: HTTPRequest.Method, _ key: ObjectKey?, service: String = "storage/v1",
    body: (any ByteSource)? = nil
  ) -> GCSRequest {
    var path = "\(service)/b/\(PercentEncoding.encoded(bucket))/o"
    if let key { path += "/" + PercentEncoding.encoded(key.text) }
    return GCSRequest(method: method, encodedPath: path, key: key, body: body)
  }

  /// Sends a request with a token; an answer that is no success becomes an error.
  /// - Parameter answerLimit: the most bytes of an answer that goes into memory.
  /// - Parameter receiving: where the body of a success goes; nil for memory.
  func exchange(
    _ request: GCSRequest, answerLimit: ByteCount = .megabytes(1), receiving: HTTPBodyReceiver? = nil
  ) async throws(ObjectStoreError) -> HTTPResponse {
    var url = options.endpoint
    url.encodedPath = (url.encodedPath.hasSuffix("/") ? url.encodedPath : url.encodedPath + "/") + request.encodedPath
    var query = request.query
    if let project = options.billedProject { query.append(("userProject", project)) }
    if !query.isEmpty {
      url.encodedQuery = PercentEncoding.encodedQuery(query.map { (name: $0.0, value: $0.1) })
    }
    let http = HTTPRequest(request.method, url, headers: request.headers, body: request.body)
    let (response, credential) = try await send(http, request.key, answerLimit, receiving)
    guard response.head.isSuccess else { throw await error(response, request.key, credential) }
    return response
  }

  /// Sends a request with a token and returns any answer.
  func send(
    _ request: HTTPRequest, _ key: ObjectKey?, _ answerLimit: ByteCount = .megabytes(1),
    _ receiving: HTTPBodyReceiver? = nil
  ) async throws(ObjectStoreError) -> (HTTPResponse, Expiring<BearerToken>?) {
    var request = request
    for header in options.headers { request.headers[header.name] = header.value }
    let credential = try await credential(for: key)
    credential?.credential.authorize(&request)
    let response = try await transport.exchange(
      request, for: url(of: key), answerLimit: answerLimit, receiving: receiving)
    return (response, credential)
  }

  /// A generation that a caller gives back: digits, which it got as an entity tag.
  func generation(_ tag: String, _ key: ObjectKey) throws(ObjectStoreError) -> String {
    guard let number = decimal(tag), number > 0 else {
      throw ObjectStoreError(
        .preconditionFailed, url: url(of: key), detail: "expected a generation, found another entity tag",
        remedy: "read the object again from its start")
    }
    return tag
  }
}
