import BinaryIO
import ObjectStorage

/// What S3 can be asked to do with one object, and the way from a request to the operation.
extension S3Service {
  func perform(_ request: S3Request, _ body: ReceivedBody) throws(S3Error) -> HTTPResponse {
    if request.bucket.isEmpty { return try performOnService(request) }
    guard table.hasBucket(request.bucket) else { throw .noSuchBucket(request.bucket) }
    if request.key.isEmpty { return try performOnBucket(request, body.bytes) }
    switch request.method {
    case "GET" where request["uploadId"] == nil, "HEAD": return try get(request)
    case "PUT" where request["uploadId"] != nil: return try putPart(request, body)
    case "PUT": return try put(request, body)
    case "DELETE" where request["uploadId"] != nil: return try abortUpload(request)
    case "DELETE":
      try table.delete(request.bucket, request.key)
      return HTTPResponse(status: 204)
    case "POST" where request["uploads"] != nil: return try createUpload(request)
    case "POST" where request["uploadId"] != nil: return try completeUpload(request, body.bytes)
    default: throw .methodNotAllowed(request.method)
    }
  }

  private func get(_ request: S3Request) throws(S3Error) -> HTTPResponse {
    guard let object = table.object(request.bucket, request.key) else { throw .noSuchKey(request.key.text) }
    try customerKeys.check(request.customerKey(), request.bucket, request.key)
    var headers: [(name: String, value: String)] = [
      ("ETag", object.entityTag), ("Last-Modified", object.modified.httpDate), ("Accept-Ranges", "bytes"),
      ("Content-Type", object.contentType ?? "binary/octet-stream"),
    ]
    if let tag = request.head["if-match"], tag != "*", !Self.tags(tag).contains(object.entityTag) {
      throw .preconditionFailed("If-Match")
    }
    if let tag = request.head["if-none-match"], tag == "*" || Self.tags(tag).contains(object.entityTag) {
      return HTTPResponse(status: 304, headers: headers)
    }
    guard let range = request.head["range"].flatMap(Self.range) else {
      return HTTPResponse(status: 200, headers: headers, body: .object(object, 0..<object.byteCount))
    }
    guard let resolved = range.resolved(in: object.byteCount) else {
      throw S3Error(
        416, "InvalidRange", "The requested range is not satisfiable",
        details: [
          ("RangeRequested", request.head["range"] ?? ""), ("ActualObjectSize", "\(object.byteCount)"),
        ], headers: [("Content-Range", "bytes */\(object.byteCount)")])
    }
    headers.append(
      ("Content-Range", "bytes \(resolved.lowerBound)-\(resolved.upperBound - 1)/\(object.byteCount)"))
    return HTTPResponse(status: 206, headers: headers, body: .object(object, resolved))
  }

  /// A range as asked for, before the object's size is known.
  enum AskedRange: Equatable {
    case from(Int, through: Int?)
    case suffix(Int)

    func resolved(in byteCount: Int) -> Range<Int>? {
      switch self {
      case .from(let first, let last):
        guard first < byteCount else { return nil }
        return first..<(min(last ?? byteCount - 1, byteCount - 1) + 1)
      case .suffix(let count):
        guard count > 0, byteCount > 0 else { return nil }
        return (byteCount - min(count, byteCount))..<byteCount
      }
    }
  }

  /// Reads a `Range` header; nil for what S3 ignores: several ranges, other units, an end before its start.
  static func range(_ header: String) -> AskedRange? {
    guard header.hasPrefix("bytes=") else { return nil }
    let sides = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard sides.count == 2 else { return nil }
    func number(_ digits: Substring) -> Int? {
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      return Int(digits) ?? .max
    }
    if sides[0].isEmpty { return number(sides[1]).map { .suffix($0) } }
    guard let first = number(sides[0]) else { return nil }
    if sides[1].isEmpty { return .from(first, through: nil) }
    guard let last = number(sides[1]), last >= first else { return nil }
    return .from(first, through: last)
  }

  static func tags(_ header: String) -> [String] {
    header.split(separator: ",").map { part in
      let tag = part.drop { $0 == " " }
      return tag.hasPrefix("\"") ? String(tag) : "\"\(tag)\""
    }
  }

  static func condition(_ request: S3Request) throws(S3Error) -> WriteCondition {
    var condition = WriteCondition()
    if let tag = request.head["if-none-match"] {
      guard tag == "*" else { throw .notImplemented("If-None-Match") }
      condition.createOnly = true
    }
    condition.ifMatch = request.head["if-match"].map { $0 == "*" ? $0 : tags($0).first ?? $0 }
    return condition
  }

  private func put(_ request: S3Request, _ body: ReceivedBody) throws(S3Error) -> HTTPResponse {
    let source = request.head["x-amz-copy-source"]
    let bytes = if let source { try copiedBytes(request, source) } else { body.bytes }
    let digest = source == nil ? body.md5 : nil
    let customerKey = try request.customerKey()
    let object = try table.put(
      bytes, request.bucket, request.key, entityTag: digest.map { "\"\(Digests.hex($0))\"" },
      contentType: request.head["content-type"], Self.condition(request), now: now)
    customerKeys.note(customerKey, request.bucket, request.key)
    if source != nil {
      return Self.copyAnswer("CopyObjectResult", entityTag: object.entityTag, modified: object.modified)
    }
    return HTTPResponse(status: 200, headers: [("ETag", object.entityTag)])
  }
}
