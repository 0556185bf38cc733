import ObjectStorage

/// The answer to a read of an object with HTTP's `Range` and conditions, as most services give it.
enum ObjectReading {
  /// - Parameter headers: what the service tells of the object.
  /// - Parameter failure: an error in the service's form: status, code, message.
  static func response(
    _ object: StoredObject, _ head: HTTPRequestHead, headers: [(name: String, value: String)],
    allowsSuffix: Bool = true, failure: (Int, String, String) -> HTTPResponse
  ) -> HTTPResponse {
    if let tag = head["if-match"], tag != "*", !S3Service.tags(tag).contains(object.entityTag) {
      return failure(412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
    }
    let asked = (head["x-ms-range"] ?? head["range"]).flatMap(S3Service.range)
    guard let range = asked else {
      return HTTPResponse(status: 200, headers: headers, body: .object(object, 0..<object.byteCount))
    }
    if case .suffix = range, !allowsSuffix {
      return HTTPResponse(status: 200, headers: headers, body: .object(object, 0..<object.byteCount))
    }
    guard let resolved = range.resolved(in: object.byteCount) else {
      var response = failure(416, "InvalidRange", "The range specified is invalid for the current size of the resource.")
      response.headers.append(("Content-Range", "bytes */\(object.byteCount)"))
      return response
    }
    let part = "bytes \(resolved.lowerBound)-\(resolved.upperBound - 1)/\(object.byteCount)"
    return HTTPResponse(
      status: 206, headers: headers + [("Content-Range", part)], body: .object(object, resolved))
  }
}
