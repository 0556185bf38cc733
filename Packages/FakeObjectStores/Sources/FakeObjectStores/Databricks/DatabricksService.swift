import ObjectStorage

/// Answers as the Files API does, under `/api/2.0/fs`. A path is a file or a folder, never both.
struct DatabricksService: FakeService {
  static let bucket = "Volumes"
  let token: String
  let pageLength: Int
  let keptByteCount: Int?
  let table = MemoryTable(buckets: [Self.bucket])

  init(token: String, pageLength: Int, keptByteCount: Int?) {
    self.token = token
    self.pageLength = pageLength
    self.keptByteCount = keptByteCount
  }

  var name: String { "FakeDatabricks" }
  var maximumBodyByteCount: Int { 5 << 30 }

  func target(of head: HTTPRequestHead) -> (bucket: String, key: String) {
    guard let parts = head.pathParts, parts.count >= 5, parts[4] == Self.bucket else { return ("", "") }
    return (Self.bucket, parts.dropFirst(5).joined(separator: "/"))
  }

  func failure(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json")],
      body: .bytes(Array(#"{"error_code":"\#(code)","message":\#(JSONText.quoted(message))}"#.utf8)), errorCode: code)
  }

  func answer(_ request: FakeRequest) -> HTTPResponse {
    guard request.head["authorization"] == "Bearer " + token else {
      return failure(401, "UNAUTHENTICATED", "Credential was not sent or was of an unsupported type")
    }
    guard let parts = request.head.pathParts, parts.count >= 5, parts[0...2] == ["api", "2.0", "fs"],
      parts[4] == Self.bucket
    else { return failure(400, "BAD_REQUEST", "The path is not below /Volumes.") }
    let path = target(of: request.head).key
    if parts[3] == "directories", request.method == "GET" { return folder(path, request) }
    guard parts[3] == "files" else { return failure(404, "ENDPOINT_NOT_FOUND", "No API found") }
    switch request.method {
    case "GET", "HEAD":
      guard let object = table.object(Self.bucket, KeyBytes(path)) else {
        return failure(404, "NOT_FOUND", "The file being accessed is not found.")
      }
      return ObjectReading.response(
        object, request.head, headers: [("Last-Modified", object.modified.httpDate)], failure: failure)
    case "PUT": return put(path, request)
    case "DELETE":
      guard table.object(Self.bucket, KeyBytes(path)) != nil else {
        return failure(404, "NOT_FOUND", "The file being deleted is not found.")
      }
      table.delete(Self.bucket, KeyBytes(path))
      return HTTPResponse(status: 204)
    default: return failure(405, "METHOD_NOT_ALLOWED", request.method)
    }
  }

  private func put(_ path: String, _ request: FakeRequest) -> HTTPResponse {
    var parent = path[...]
    while let slash = parent.utf8.lastIndex(of: 0x2F) {
      parent = parent[..<slash]
      if table.object(Self.bucket, KeyBytes(String(parent))) != nil {
        return failure(400, "BAD_REQUEST", "A parent is a file: \(parent)")
      }
    }
    let bytes = Array(request.body.prefix(keptByteCount ?? .max))
    do throws(S3Error) {
      _ = try table.put(
        bytes, Self.bucket, KeyBytes(path), entityTag: nil, contentType: nil,
        WriteCondition(createOnly: request["overwrite"] != "true"), now: request.now)
      return HTTPResponse(status: 204)
    } catch {
      return failure(409, "ALREADY_EXISTS", "The file being created already exists.")
    }
  }

  private func folder(_ path: String, _ request: FakeRequest) -> HTTPResponse {
    let prefix = KeyBytes(path.isEmpty ? "" : path + "/")
    let all = table.objects(Self.bucket, prefix: prefix, from: prefix, limit: .max)
    guard path.isEmpty || !all.isEmpty else { return failure(404, "NOT_FOUND", "The directory is not found.") }
    let page = ListedPage(
      all, prefix: prefix, delimiter: [0x2F], after: request["page_token"].map { KeyBytes($0) }, limit: pageLength)
    var entries = page.objects.map { object in
      let milliseconds = object.modified.seconds * 1000
      return #"{"path":\#(JSONText.quoted("/Volumes/" + object.key.text)),"is_directory":false,"#
        + #""file_size":\#(object.byteCount),"last_modified":\#(milliseconds)}"#
    }
    entries += page.prefixes.map { prefix in
      #"{"path":\#(JSONText.quoted("/Volumes/" + prefix.text.dropLast())),"is_directory":true}"#
    }
    var body = #"{"contents":[\#(entries.joined(separator: ","))]"#
    if let last = page.last { body += #","next_page_token":\#(JSONText.quoted(last.text))"# }
    return HTTPResponse(
      status: 200, headers: [("Content-Type", "application/json")], body: .bytes(Array((body + "}").utf8)))
  }
}
