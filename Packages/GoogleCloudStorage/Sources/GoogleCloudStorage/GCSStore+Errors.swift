import CloudAuth
import HTTPTransport
import ObjectStorage
import PythonJSON

extension GCSStore {
  /// The error that an answer stands for. Also takes note of a refused token.
  func error(
    _ response: HTTPResponse, _ key: ObjectKey?, _ credential: Expiring<BearerToken>?
  ) async -> ObjectStoreError {
    let head = response.head
    let document = (try? JSONValue(parsing: response.body.span.bytes, limits: JSONLimits(depth: 16)))?["error"]
    let reason = document?["errors"]?[0]?["reason"]?.string ?? ""
    // Media requests are refused in plain words.
    let words = document?["message"]?.string ?? plainWords(response)
    let via = credential.map { "token of \($0.source)" } ?? "no credentials (anonymous)"
    let id = head.headers["x-guploader-uploadid"].map { ", upload \($0.prefix(24))" } ?? ""
    func make(_ code: ObjectStoreError.Code, _ remedy: String = "", _ retry: RetryAdvice? = nil)
      -> ObjectStoreError
    {
      ObjectStoreError(
        code, url: url(of: key), status: head.status,
        detail: [reason, words].filter { !$0.isEmpty }.joined(separator: ": ") + id + "; " + via,
        retry: retry ?? head.retryAdvice, remedy: remedy)
    }
    switch reason {
    case "rateLimitExceeded", "userRateLimitExceeded":
      return make(.throttled, "", head.requestedDelay.map { .after($0) } ?? .now)
    case _ where head.status == 403 && ["quotaExceeded", "dailyLimitExceeded"].contains(reason):
      return make(.throttled, "", head.requestedDelay.map { .after($0) } ?? .now)
    case "userProjectMissing": return make(.forbidden, "name the project that pays: the bucket's owner doesn't")
    default: break
    }
    switch head.status {
    case 401 where credential == nil: return make(.unauthorized, "use credentials: this bucket is not public")
    case 401:
      await forget(credential)
      return make(.expiredCredential, "sign in again with `gcloud auth application-default login`")
    case 403:
      return make(
        .forbidden,
        credential == nil ? "use credentials: this bucket is not public" : "ask its owner for access")
    case 404 where words.lowercased().contains("bucket does not exist"):
      return make(.notFound, "check the bucket's name")
    case 409: return make(.unavailable, "", .now)
    default: return make(head.errorCode)
    }
  }

  /// A refusal without a document, cut to a line.
  private func plainWords(_ response: HTTPResponse) -> String {
    let text = String(decoding: response.body.prefix(200), as: UTF8.self)
    return text.hasPrefix("<") ? "" : text
  }
}
