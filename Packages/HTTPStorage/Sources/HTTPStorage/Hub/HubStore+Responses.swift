import HTTPTransport
import ObjectStorage

extension HubStore {
  /// What an answer tells of a file that is kept elsewhere.
  func linkedInfo(_ head: HTTPResponseHead, _ key: ObjectKey) -> ObjectInfo? {
    guard let tag = head.headers["X-Linked-Etag"], let size = head.headers["X-Linked-Size"].flatMap({ decimal($0) })
    else { return nil }
    return ObjectInfo(key: key, byteCount: size, entityTag: strong(tag))
  }

  /// What the last answer and those before tell of the file.
  func info(
    _ head: HTTPResponseHead, _ trail: [HTTPResponseHead], _ key: ObjectKey
  ) throws(ObjectStoreError) -> ObjectInfo {
    var info = try head.objectInfo(of: key, at: url(of: key))
    info.modified = nil
    guard let linked = trail.lazy.compactMap({ self.linkedInfo($0, key) }).first else {
      info.entityTag = info.entityTag.map(strong)
      return info
    }
    guard linked.byteCount == info.byteCount else {
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: key), status: head.status,
        detail: "expected \(linked.byteCount) bytes as the Hub says, found \(info.byteCount)", retry: .now)
    }
    return linked
  }

  /// The Hub's tags name the content, also where they are written as weak ones.
  private func strong(_ tag: String) -> String { tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag }

  /// The error that an answer stands for.
  func error(_ response: HTTPResponse, _ name: String) -> ObjectStoreError {
    let head = response.head
    let code = head.headers["X-Error-Code"] ?? ""
    let words = head.headers["X-Error-Message"].map { ": " + $0 } ?? ""
    func make(_ kind: ObjectStoreError.Code, _ remedy: String) -> ObjectStoreError {
      ObjectStoreError(
        kind, url: "\(address)/\(name)", status: head.status,
        detail: "\(code.isEmpty ? "no error code of the Hub" : code)\(words); \(options.tokenSource)",
        retry: head.retryAdvice, remedy: remedy)
    }
    switch code {
    case "EntryNotFound": return make(.notFound, "check the path, and the revision \(address.revision)")
    case "RevisionNotFound": return make(.notFound, "check the revision \(address.revision)")
    case "GatedRepo":
      return make(.forbidden, "ask for access on the repository's page, with the account of the token")
    case "RepoNotFound" where options.token == nil:
      return make(.notFound, "check the name; a private repository needs HF_TOKEN")
    case "RepoNotFound": return make(.notFound, "check the name, and that the token may read it")
    default: break
    }
    switch head.status {
    case 401: return make(.unauthorized, "set HF_TOKEN to a token that may read the repository")
    case 403: return make(.forbidden, "check what the token may read")
    default: return make(head.errorCode, "")
    }
  }
}
