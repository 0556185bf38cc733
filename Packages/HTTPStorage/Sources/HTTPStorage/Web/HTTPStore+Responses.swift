import HTTPTransport
import ObjectStorage

extension HTTPStore {
  /// What the headers tell; a weak entity tag is none, since it may stand for other bytes.
  func info(_ head: HTTPResponseHead, _ key: ObjectKey) throws(ObjectStoreError) -> ObjectInfo {
    var info = try head.objectInfo(of: key, at: url(of: key))
    info.entityTag = strongTag(head)
    return info
  }

  func strongTag(_ head: HTTPResponseHead) -> String? {
    head.headers["ETag"].flatMap { $0.hasPrefix("\"") ? $0 : nil }
  }

  /// The error that an answer stands for. Its body is a page for people and is left out.
  func error(_ response: HTTPResponse, _ key: ObjectKey) -> ObjectStoreError {
    let head = response.head
    let remedy: String
    switch head.status {
    case 401: remedy = "put user and password into the URL, or set a header with the credentials"
    case 403: remedy = "ask the server's owner for access; a signed URL may have expired"
    case 404, 410: remedy = "check the address"
    default: remedy = ""
    }
    return ObjectStoreError(
      head.errorCode, url: url(of: key), status: head.status,
      detail: "\(options.identityInWords)", retry: head.retryAdvice, remedy: remedy)
  }
}
