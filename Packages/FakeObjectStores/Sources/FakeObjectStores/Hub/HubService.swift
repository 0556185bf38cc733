import ObjectStorage

/// Answers as the Hub does: `resolve` addresses and the tree API.
struct HubService: FakeService {
  let table: MemoryTable
  /// Bytes of large files by their tags.
  let contents: MemoryTable
  let token: String?
  let pageLength: Int
  let contentEndpoint: String

  var name: String { "FakeHub" }
  var maximumBodyByteCount: Int { 0 }

  func target(of head: HTTPRequestHead) -> (bucket: String, key: String) {
    guard let parts = head.pathParts, let start = parts.firstIndex(of: "datasets"), parts.count > start + 4
    else { return ("", "") }
    return (parts[(start + 1)...(start + 2)].joined(separator: "/"), parts[(start + 5)...].joined(separator: "/"))
  }

  func failure(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("X-Error-Code", code), ("X-Error-Message", message)],
      body: .bytes(Array(#"{"error":"\#(message)"}"#.utf8)), errorCode: code)
  }

  func answer(_ request: FakeRequest) -> HTTPResponse {
    guard request.method == "GET" || request.method == "HEAD" else {
      return failure(405, "MethodNotAllowed", "Only reads are answered here")
    }
    guard let parts = request.head.pathParts else { return failure(400, "BadRequest", "Broken escapes") }
    let isTree = parts.first == "api"
    let place = isTree ? Array(parts.dropFirst()) : parts
    guard place.count >= 5, place[0] == "datasets", place[3] == (isTree ? "tree" : "resolve") else {
      return failure(404, "NotFound", "Sorry, we can't find the page you are looking for.")
    }
    let repository = place[1] + "/" + place[2]
    let isAllowed = token.map { request.head["authorization"] == "Bearer " + $0 } ?? true
    guard table.hasBucket(repository), isAllowed else {
      return failure(401, "RepoNotFound", "Repository not found")
    }
    guard place[4] == "main" else { return failure(404, "RevisionNotFound", "Invalid rev id: \(place[4])") }
    let path = place.dropFirst(5).joined(separator: "/")
    return isTree ? tree(repository, path, request) : file(repository, path, request)
  }

  private func file(_ repository: String, _ path: String, _ request: FakeRequest) -> HTTPResponse {
    guard let object = table.object(repository, KeyBytes(path)) else {
      return failure(404, "EntryNotFound", "Entry not found")
    }
    guard object.contentType == "lfs" else {
      return ObjectReading.response(
        object, request.head, headers: [("ETag", object.entityTag), ("X-Repo-Commit", "0123abcd")],
        failure: failure)
    }
    let target = "\(contentEndpoint)/\(HubContent.bucket)/\(object.entityTag.filter { $0 != "\"" })"
    return HTTPResponse(
      status: 302,
      headers: [
        ("Location", target + "?X-Signature=secret"), ("X-Linked-Size", "\(object.byteCount)"),
        ("X-Linked-ETag", object.entityTag), ("X-Repo-Commit", "0123abcd"),
      ], body: .bytes(Array("Found. Redirecting".utf8)))
  }

  /// Entries of a folder, page by page; directories are entries too. The order is none of the names'.
  private func tree(_ repository: String, _ folder: String, _ request: FakeRequest) -> HTTPResponse {
    let prefix = KeyBytes(folder.isEmpty ? "" : folder + "/")
    let all = table.objects(repository, prefix: prefix, from: prefix, limit: .max)
    guard folder.isEmpty || !all.isEmpty else { return failure(404, "EntryNotFound", "\(folder) does not exist") }
    var entries: [KeyBytes: String] = [:]
    for object in all {
      let rest = object.key.text.utf8.dropFirst(prefix.bytes.count)
      var parts = rest.split(separator: 0x2F).map { String(decoding: $0, as: UTF8.self) }
      if request["recursive"] != "true" { parts = Array(parts.prefix(2)) }
      for end in parts.indices.dropFirst() {
        let path = prefix.text + parts[..<end].joined(separator: "/")
        entries[KeyBytes(path)] = #"{"type":"directory","oid":"d","size":0,"path":\#(quoted(path))}"#
      }
      guard request["recursive"] == "true" || parts.count == 1 else { continue }
      let tag = object.entityTag.dropFirst().dropLast()
      let isLarge = table.object(repository, object.key)?.contentType == "lfs"
      let size =
        isLarge
        ? #""oid":"pointer","size":132,"lfs":{"oid":"\#(tag)","size":\#(object.byteCount),"pointerSize":132}"#
        : #""oid":"\#(tag)","size":\#(object.byteCount)"#
      entries[object.key] = #"{"type":"file",\#(size),"path":\#(quoted(object.key.text))}"#
    }
    let names = entries.keys.sorted { ($0.bytes.count, $0) > ($1.bytes.count, $1) }
    let start = request["cursor"].flatMap { Int($0) } ?? 0
    let page = names.dropFirst(start).prefix(pageLength)
    var headers: [(name: String, value: String)] = [("Content-Type", "application/json")]
    if start + page.count < names.count {
      let query = "recursive=\(request["recursive"] ?? "false")&cursor=\(start + page.count)"
      headers.append(("Link", "<\(request.endpoint)\(request.head.path)?\(query)>; rel=\"next\""))
    }
    let body = "[" + page.compactMap { entries[$0] }.joined(separator: ",") + "]"
    return HTTPResponse(status: 200, headers: headers, body: .bytes(Array(body.utf8)))
  }

  private func quoted(_ text: String) -> String { JSONText.quoted(text) }
}

/// The other host: signed addresses, no tokens.
struct HubContent: FakeService {
  let table: MemoryTable
  static let bucket = "content"

  var name: String { "FakeContent" }
  var maximumBodyByteCount: Int { 0 }

  func target(of head: HTTPRequestHead) -> (bucket: String, key: String) {
    guard let parts = head.pathParts, parts.count == 2 else { return ("", "") }
    return (parts[0], parts[1])
  }

  func failure(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    HTTPResponse(status: status, body: .bytes(Array(message.utf8)), errorCode: code)
  }

  func answer(_ request: FakeRequest) -> HTTPResponse {
    guard request.head["authorization"] == nil else { return failure(400, "Token", "a token was shown") }
    guard request["X-Signature"] == "secret" else { return failure(403, "Signature", "no signature") }
    let (bucket, hash) = target(of: request.head)
    guard let object = table.object(bucket, KeyBytes(hash)) else { return failure(404, "NoKey", "gone") }
    let tag = "\"content-\(object.byteCount)\""
    return ObjectReading.response(object, request.head, headers: [("ETag", tag)], failure: failure)
  }
}

/// JSON as services write it.
enum JSONText {
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
