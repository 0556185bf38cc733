import ObjectStorage
import Synchronization
import PythonJSON

extension GCSService {
  func upload(_ request: FakeRequest, _ bucket: String) throws(S3Error) -> HTTPResponse {
    switch (request.method, request["uploadType"]) {
    case ("POST", "media"):
      return try finish(
        request.body, bucket, request["name"] ?? "", request.head["content-type"], nil, condition(request), request.now)
    case ("POST", "multipart"): return try multipart(request, bucket)
    case ("POST", "resumable"): return try begin(request, bucket)
    case ("PUT", "resumable"): return try add(request)
    case ("DELETE", "resumable"):
      sessions.withLock { _ = $0.open.removeValue(forKey: request["upload_id"] ?? "") }
      return HTTPResponse(status: 499)
    default: throw S3Error(400, "invalid", "Unknown upload type")
    }
  }

  private func finish(
    _ bytes: [UInt8], _ bucket: String, _ name: String, _ contentType: String?, _ checksum: String?,
    _ condition: WriteCondition, _ now: UnixTime
  ) throws(S3Error) -> HTTPResponse {
    guard (1...1024).contains(name.utf8.count) else { throw S3Error(400, "invalid", "Required parameter: name") }
    let found = CRC32C.base64(of: bytes)
    guard checksum == nil || checksum == found else {
      throw S3Error(
        400, "invalid",
        "Provided CRC32C \"\(checksum ?? "")\" doesn't match calculated CRC32C \"\(found)\".")
    }
    let object = try store(bytes, bucket, KeyBytes(name), contentType, condition, now)
    return json(200, description(bucket, KeyBytes(name), object))
  }

  /// `multipart/related`: a description, then the bytes.
  private func multipart(_ request: FakeRequest, _ bucket: String) throws(S3Error) -> HTTPResponse {
    let flaw = S3Error(400, "badContent", "Malformed multipart body.")
    guard let type = request.head["content-type"], let mark = type.firstRange(of: "boundary=") else { throw flaw }
    let boundary = type[mark.upperBound...].filter { $0 != "\"" }
    let line = Array("--\(boundary)".utf8)
    let body = request.body
    guard body.starts(with: line), let second = body[line.count...].firstRange(of: Array("\r\n".utf8) + line)
    else { throw flaw }
    let end = Array("\r\n--\(boundary)--".utf8)
    // The closing line is at the end: looking from the front would read all bytes twice.
    let tail = body.dropLast(body.suffix(2).elementsEqual([13, 10]) ? 2 : 0)
    guard tail.count >= end.count, tail.suffix(end.count).elementsEqual(end) else { throw flaw }
    let first = body[line.count..<second.lowerBound]
    let rest = body[second.upperBound..<(tail.endIndex - end.count)]
    let blank = Array("\r\n\r\n".utf8)
    guard let opening = first.firstRange(of: blank), let gap = rest.firstRange(of: blank),
      let value = try? JSONValue(parsing: Array(first[opening.upperBound...]).span.bytes)
    else { throw flaw }
    return try finish(
      Array(rest[gap.upperBound...]), bucket, value["name"]?.string ?? request["name"] ?? "",
      value["contentType"]?.string, value["crc32c"]?.string, condition(request), request.now)
  }

  private func begin(_ request: FakeRequest, _ bucket: String) throws(S3Error) -> HTTPResponse {
    let value = try? JSONValue(parsing: request.body.span.bytes)
    guard let name = value?["name"]?.string ?? request["name"], (1...1024).contains(name.utf8.count) else {
      throw S3Error(400, "invalid", "Required parameter: name")
    }
    let session = Session(
      bucket: bucket, key: KeyBytes(name), contentType: value?["contentType"]?.string,
      checksum: value?["crc32c"]?.string, condition: condition(request))
    let id = sessions.withLock { sessions in
      let id = "session-\(sessions.next)"
      sessions.next += 1
      sessions.open[id] = session
      return id
    }
    let query = "uploadType=resumable&name=\(PercentEncoding.encoded(name.utf8, keepingSlashes: false))&upload_id=\(id)"
    return HTTPResponse(
      status: 200, headers: [("Location", "\(request.endpoint)/upload/storage/v1/b/\(bucket)/o?\(query)")])
  }

  /// `Content-Range: bytes 0-9/20` with bytes, or `bytes */20` to ask how far it came.
  private func add(_ request: FakeRequest) throws(S3Error) -> HTTPResponse {
    let id = request["upload_id"] ?? ""
    if let answer = finished.withLock({ $0[id] }) { return answer }
    guard let session = sessions.withLock({ $0.open[id] }) else {
      throw S3Error(404, "notFound", "Upload session not found")
    }
    let flaw = S3Error(400, "invalid", "Failed to parse Content-Range header.")
    guard let range = request.head["content-range"], range.hasPrefix("bytes ") else { throw flaw }
    let sides = range.dropFirst(6).split(separator: "/")
    guard sides.count == 2, let total = Int(sides[1]) else { throw flaw }
    var kept = session.bytes
    if sides[0] != "*" {
      guard let start = sides[0].split(separator: "-").first.flatMap({ Int($0) }) else { throw flaw }
      guard start <= kept.count else { throw S3Error(503, "backendError", "Bytes are missing in between.") }
      let fresh = request.body.dropFirst(kept.count - start)
      kept += fresh.prefix(options.keptByteCount ?? .max)
      let isLast = kept.count == total
      if !isLast { kept.removeLast(kept.count % (256 << 10)) }
    }
    guard kept.count == total else {
      let bytes = kept
      sessions.withLock { $0.open[id]?.bytes = bytes }
      return HTTPResponse(status: 308, headers: kept.isEmpty ? [] : [("Range", "bytes=0-\(kept.count - 1)")])
    }
    sessions.withLock { _ = $0.open.removeValue(forKey: id) }
    let answer = try finish(
      kept, session.bucket, session.key.text, session.contentType, session.checksum, session.condition, request.now)
    finished.withLock { $0[id] = answer }
    return answer
  }
}
