import ObjectStorage
import Synchronization

/// Answers as the JSON API does. An object's entity tag in the table is its generation.
final class GCSService: FakeService {
  struct Session: Sendable {
    let bucket: String
    let key: KeyBytes
    let contentType: String?
    let checksum: String?
    let condition: WriteCondition
    var bytes: [UInt8] = []
  }

  let options: FakeGCS.Options
  let table: MemoryTable
  let tokens: Mutex<Set<String>>
  let sessions = Mutex<(next: Int, open: [String: Session])>((1, [:]))
  /// Answers of sessions that are done: who asks again gets the same.
  let finished = Mutex<[String: HTTPResponse]>([:])
  private let generation = Atomic<Int>(1_700_000_000_000_000)

  init(_ options: FakeGCS.Options, _ table: MemoryTable) {
    self.options = options
    self.table = table
    tokens = Mutex(options.tokens)
  }

  var name: String { "FakeGCS" }
  var maximumBodyByteCount: Int { 5 << 30 }

  /// What is asked for: `…/b/BUCKET/o/OBJECT`.
  func target(of head: HTTPRequestHead) -> (bucket: String, key: String) {
    guard let parts = head.pathParts, let start = parts.firstIndex(of: "b"), parts.count > start + 1 else {
      return ("", "")
    }
    let key = parts.count > start + 3 ? parts[start + 3] : head.queryPairs?.first { $0.name == "name" }?.value
    return (parts[start + 1], key ?? "")
  }

  func failure(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    let text = JSONText.quoted(message)
    let body =
      #"{"error":{"code":\#(status),"message":\#(text),"errors":[{"message":\#(text),"domain":"global","reason":"\#(code)"}]}}"#
    return HTTPResponse(
      status: status, headers: [("Content-Type", "application/json; charset=UTF-8")],
      body: .bytes(Array(body.utf8)), errorCode: code)
  }

  func answer(_ request: FakeRequest) -> HTTPResponse {
    do throws(S3Error) {
      return try perform(request)
    } catch {
      return failure(error.status, error.code, error.message)
    }
  }

  private func perform(_ request: FakeRequest) throws(S3Error) -> HTTPResponse {
    guard var parts = request.head.pathParts else { throw S3Error(400, "invalid", "Broken escapes") }
    if request["X-Goog-Signature"] != nil { return try signedRequest(request, parts) }
    let isUpload = parts.first == "upload"
    let isDownload = parts.first == "download"
    if isUpload || isDownload { parts.removeFirst() }
    guard parts.count >= 4, parts[0...2] == ["storage", "v1", "b"] else {
      throw S3Error(404, "notFound", "Not Found")
    }
    let bucket = parts[3]
    try authorize(request, bucket)
    guard table.hasBucket(bucket) else {
      throw S3Error(404, "notFound", "The specified bucket does not exist.")
    }
    if parts.count == 4, request.method == "GET" {
      return json(200, #"{"kind":"storage#bucket","location":"EU","storageClass":"STANDARD"}"#)
    }
    guard parts.count > 4, parts[4] == "o" else { throw S3Error(404, "notFound", "Not Found") }
    if isUpload { return try upload(request, bucket) }
    if parts.count == 5 { return try list(request, bucket) }
    let key = KeyBytes(parts[5])
    guard (1...1024).contains(key.bytes.count) else { throw S3Error(400, "invalid", "The object name is too long") }
    if parts.count == 11, parts[6] == "rewriteTo" {
      return try rewrite(request, bucket, key, to: parts[8], KeyBytes(parts[10]))
    }
    guard parts.count == 6 else { throw S3Error(404, "notFound", "Not Found") }
    switch request.method {
    case "DELETE":
      guard table.object(bucket, key) != nil else { throw noSuchObject(bucket, key) }
      table.delete(bucket, key)
      return HTTPResponse(status: 204)
    case "GET", "HEAD": return try read(request, bucket, key)
    default: throw S3Error(405, "methodNotAllowed", "Method not allowed")
    }
  }

  private func authorize(_ request: FakeRequest, _ bucket: String) throws(S3Error) {
    let tokens = tokens.withLock { $0 }
    guard !tokens.isEmpty else { return }
    guard let authorization = request.head["authorization"] else {
      let isRead = request.method == "GET" || request.method == "HEAD"
      if isRead, options.publicBuckets.contains(bucket) { return }
      throw S3Error(
        401, "required", "Anonymous caller does not have storage.objects.get access to the Google Cloud Storage object.")
    }
    guard authorization.hasPrefix("Bearer "), tokens.contains(String(authorization.dropFirst(7))) else {
      throw S3Error(401, "authError", "Invalid Credentials")
    }
  }

  private func read(_ request: FakeRequest, _ bucket: String, _ key: KeyBytes) throws(S3Error) -> HTTPResponse {
    guard let object = table.object(bucket, key) else { throw noSuchObject(bucket, key) }
    if let wanted = request["ifGenerationMatch"], wanted != object.entityTag { throw Self.conditionNotMet }
    guard request["alt"] == "media" else {
      return json(200, description(bucket, key, object))
    }
    let checksum = object.withBytes { CRC32C.base64(of: $0) }
    return ObjectReading.response(
      object, request.head,
      headers: [
        ("Content-Type", object.contentType ?? "application/octet-stream"),
        ("x-goog-generation", object.entityTag), ("x-goog-stored-content-encoding", "identity"),
        ("x-goog-hash", "crc32c=\(checksum),md5=AAAAAAAAAAAAAAAAAAAAAA=="), ("ETag", "\"of-\(object.entityTag)\""),
        ("Last-Modified", object.modified.httpDate),
      ], failure: failure)
  }

  /// Stores bytes as the next generation.
  func store(
    _ bytes: [UInt8], _ bucket: String, _ key: KeyBytes, _ contentType: String?, _ condition: WriteCondition,
    _ now: UnixTime
  ) throws(S3Error) -> StoredObject {
    let number = generation.wrappingAdd(1, ordering: .relaxed).newValue
    do throws(S3Error) {
      return try table.put(
        bytes, bucket, key, entityTag: "\(number)", contentType: contentType, condition, now: now)
    } catch {
      throw error.status == 412 || error.status == 404 ? Self.conditionNotMet : error
    }
  }

  func description(_ bucket: String, _ key: KeyBytes, _ object: StoredObject) -> String {
    description(
      bucket, key, byteCount: object.byteCount, generation: object.entityTag, modified: object.modified,
      checksum: object.withBytes { CRC32C.base64(of: $0) })
  }

  /// Without a checksum in listings: computing all of them would take too long here.
  func description(
    _ bucket: String, _ key: KeyBytes, byteCount: Int, generation: String, modified: UnixTime, checksum: String?
  ) -> String {
    #"{"kind":"storage#object","bucket":\#(JSONText.quoted(bucket)),"name":\#(JSONText.quoted(key.text)),"#
      + #""size":"\#(byteCount)","generation":"\#(generation)","#
      + (checksum.map { #""crc32c":"\#($0)","# } ?? "")
      + #""updated":"\#(modified.iso8601.dropLast()).123Z"}"#
  }

  func json(_ status: Int, _ text: String) -> HTTPResponse {
    HTTPResponse(
      status: status, headers: [("Content-Type", "application/json; charset=UTF-8")], body: .bytes(Array(text.utf8)))
  }

  func noSuchObject(_ bucket: String, _ key: KeyBytes) -> S3Error {
    S3Error(404, "notFound", "No such object: \(bucket)/\(key.text)")
  }

  static let conditionNotMet = S3Error(
    412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.")

  func condition(_ request: FakeRequest) -> WriteCondition {
    switch request["ifGenerationMatch"] {
    case "0": WriteCondition(createOnly: true)
    case let generation: WriteCondition(ifMatch: generation)
    }
  }
}
