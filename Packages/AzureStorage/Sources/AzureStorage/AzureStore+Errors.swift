import CloudAuth
import HTTPTransport
import ObjectStorage
import Synchronization

extension AzureStore {
  /// The error that an answer stands for. Also takes note of what it teaches: a refused token, the clock.
  func error(
    _ response: HTTPResponse, _ key: ObjectKey?, _ credential: Expiring<AzureCredential>?
  ) async -> ObjectStoreError {
    let head = response.head
    let (documentCode, message) = document(response)
    let code = head.headers["x-ms-error-code"] ?? documentCode ?? ""
    let via = credential.map { "credentials of \($0.source)" } ?? "no credentials (anonymous)"
    let id = head.headers["x-ms-request-id"].map { ", request \($0)" } ?? ""
    let words = [code, message ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
    func make(_ kind: ObjectStoreError.Code, _ remedy: String = "", _ retry: RetryAdvice? = nil)
      -> ObjectStoreError
    {
      ObjectStoreError(
        kind, url: url(of: key), status: head.status,
        detail: (words.isEmpty ? "no error document" : words) + id + "; " + via,
        retry: retry ?? head.retryAdvice, remedy: remedy)
    }
    switch code {
    case "BlobNotFound", "ResourceNotFound": return make(.notFound)
    case "ContainerNotFound": return make(.notFound, "check account and container")
    case "BlobAlreadyExists": return make(.alreadyExists)
    case "ConditionNotMet", "TargetConditionNotMet": return make(.preconditionFailed)
    case "InvalidRange": return make(.rangeNotSatisfiable)
    case "ServerBusy", "TooManyRequests", "AccountIOPSLimitExceeded": return make(.throttled)
    case "OperationTimedOut", "InternalError": return make(.unavailable)
    case "Md5Mismatch", "Crc64Mismatch": return make(.corrupt)
    case "InvalidBlockList":
      // Another upload of the same blob ended meanwhile and took the blocks with it.
      return make(.unavailable, "leave a blob to one writer at a time", .now)
    case "AuthenticationFailed": return await authenticationError(head, credential, make)
    case "NoAuthenticationInformation", "PublicAccessNotPermitted":
      return make(.unauthorized, "use credentials: this container is not public")
    case "InvalidAuthenticationInfo", "ExpiredAuthenticationToken":
      return await tokenError(credential, make)
    case "AuthorizationPermissionMismatch", "AuthorizationFailure", "AuthorizationServiceMismatch",
      "AuthorizationResourceTypeMismatch", "InsufficientAccountPermissions":
      return make(.forbidden, "ask for the role Storage Blob Data Reader or Contributor")
    case "KeyBasedAuthenticationNotPermitted":
      return make(.forbidden, "use a token: the account allows no keys")
    default: break
    }
    if head.status == 401 { return await tokenError(credential, make) }
    return make(head.errorCode)
  }

  private typealias Maker = (ObjectStoreError.Code, String, RetryAdvice?) -> ObjectStoreError

  private func tokenError(
    _ credential: Expiring<AzureCredential>?, _ make: Maker
  ) async -> ObjectStoreError {
    guard case .bearer = credential?.credential else {
      return make(.unauthorized, credential == nil ? "use credentials: this container is not public" : "", nil)
    }
    await forget(credential)
    return make(.expiredCredential, "sign in again with `az login`", nil)
  }

  /// A signature that is not the service's: by another key, after its end, or by a clock that is off.
  private func authenticationError(
    _ head: HTTPResponseHead, _ credential: Expiring<AzureCredential>?, _ make: Maker
  ) async -> ObjectStoreError {
    if case .bearer = credential?.credential { return await tokenError(credential, make) }
    if let theirs = head.headers["Date"].flatMap({ UnixTime(httpDate: $0) }) {
      let offset = theirs - .now
      if offset > .seconds(600) || offset < .seconds(-600) {
        let isNews = clockOffset.withLock { known in
          let change = known - offset
          known = offset
          return change > .seconds(60) || change < .seconds(-60)
        }
        return make(
          .clockSkew, "set this machine's clock: it is off by \(offset.components.seconds) s",
          isNews ? .now : .never)
      }
    }
    return make(.unauthorized, "check account and key; a shared access signature may have ended", nil)
  }

  /// Code and message of the error document; a HEAD has none.
  private func document(_ response: HTTPResponse) -> (code: String?, message: String?) {
    var fields: [String: String] = [:]
    let root = try? XMLReader.visit(response.body) { path, text in
      if path.count == 1 { fields[path[0]] = text }
    }
    guard root == "Error" else { return (nil, nil) }
    // The message goes on with request and time, a line each.
    let message = fields["Message"].map { String($0.prefix { $0 != "\n" && $0 != "\r\n" }) }
    return (fields["Code"], message)
  }
}
