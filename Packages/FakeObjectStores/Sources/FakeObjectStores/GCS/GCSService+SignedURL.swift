import ObjectStorage

/// Requests of the XML API by signed URLs (V4), checked as Google does.
extension GCSService {
  /// - Parameter parts: the path's: the bucket, and those of the key.
  func signedRequest(_ request: FakeRequest, _ parts: [String]) throws(S3Error) -> HTTPResponse {
    guard let bucket = parts.first, parts.count > 1, table.hasBucket(bucket) else {
      throw S3Error(404, "NoSuchBucket", "The specified bucket does not exist.")
    }
    try checkSignature(request)
    let key = KeyBytes(parts.dropFirst().joined(separator: "/"))
    switch request.method {
    case "GET", "HEAD":
      guard let object = table.object(bucket, key) else { throw noSuchObject(bucket, key) }
      return ObjectReading.response(
        object, request.head, headers: [("x-goog-generation", object.entityTag)], failure: failure)
    case "PUT":
      let object = try store(request.body, bucket, key, request.head["content-type"], WriteCondition(), request.now)
      return HTTPResponse(status: 200, headers: [("x-goog-generation", object.entityTag)])
    default: throw S3Error(405, "MethodNotAllowed", "Method not allowed")
    }
  }

  private func checkSignature(_ request: FakeRequest) throws(S3Error) {
    guard let account = options.signer, request["X-Goog-Algorithm"] == "GOOG4-RSA-SHA256",
      request["X-Goog-SignedHeaders"] == "host", let date = request["X-Goog-Date"], date.utf8.count == 16,
      let life = request["X-Goog-Expires"].flatMap({ Int64($0) }), (1...604_800).contains(life),
      let signature = request["X-Goog-Signature"].flatMap(Self.bytes(ofHexadecimal:))
    else { throw S3Error(400, "AuthorizationQueryParametersError", "Query parameters are missing.") }
    let scope = date.prefix(8) + "/auto/storage/goog4_request"
    guard request["X-Goog-Credential"] == account.email + "/" + scope else {
      throw S3Error(403, "SignatureDoesNotMatch", "The credential is another.")
    }
    let query = (request.head.query ?? "").split(separator: "&").filter { !$0.hasPrefix("X-Goog-Signature=") }.sorted()
    let canonical = [
      request.method, request.head.path, query.joined(separator: "&"), "host:" + (request.head["host"] ?? ""), "", "host",
      "UNSIGNED-PAYLOAD",
    ]
    let hash = Digests.hex(Digests.sha256(Array(canonical.joined(separator: "\n").utf8)))
    guard account.isSigned("GOOG4-RSA-SHA256\n\(date)\n\(scope)\n\(hash)", by: signature) else {
      throw S3Error(403, "SignatureDoesNotMatch", "Access denied.")
    }
    guard let start = Self.time(ofBasicForm: date), request.now < start + .seconds(life), start - request.now < .seconds(900) else {
      throw S3Error(400, "ExpiredToken", "The provided token has expired.")
    }
  }

  /// A moment as `20060203T164509Z`.
  private static func time(ofBasicForm text: String) -> UnixTime? {
    let digits = Array(text)
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return UnixTime(
      iso8601: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z")
  }

  private static func bytes(ofHexadecimal text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Substring(text)
    while rest.count >= 2 {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    return rest.isEmpty ? bytes : nil
  }
}
