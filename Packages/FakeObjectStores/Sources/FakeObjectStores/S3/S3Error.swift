/// An error as S3 answers it.
struct S3Error: Error, Sendable {
  let status: Int
  let code: String
  let message: String
  /// Further elements of the XML, in order.
  var details: [(name: String, value: String)] = []
  var headers: [(name: String, value: String)] = []

  init(
    _ status: Int, _ code: String, _ message: String, details: [(name: String, value: String)] = [],
    headers: [(name: String, value: String)] = []
  ) {
    self.status = status
    self.code = code
    self.message = message
    self.details = details
    self.headers = headers
  }

  /// The answer: XML, or the headers alone for a HEAD.
  func response(resource: String, requestID: String, isHead: Bool) -> HTTPResponse {
    var xml = XMLWriter()
    xml.element("Error") { xml in
      xml.element("Code", code)
      xml.element("Message", message)
      for detail in details { xml.element(detail.name, detail.value) }
      xml.element("Resource", resource)
      xml.element("RequestId", requestID)
      xml.element("HostId", "fake")
    }
    var response = HTTPResponse(status: status, headers: headers, errorCode: code)
    response.headers.append(("Content-Type", "application/xml"))
    if !isHead { response.body = .bytes(xml.bytes) }
    return response
  }
}

extension S3Error {
  static func noSuchKey(_ key: String) -> S3Error {
    S3Error(404, "NoSuchKey", "The specified key does not exist.", details: [("Key", key)])
  }
  static func noSuchBucket(_ bucket: String) -> S3Error {
    S3Error(404, "NoSuchBucket", "The specified bucket does not exist", details: [("BucketName", bucket)])
  }
  static func preconditionFailed(_ condition: String) -> S3Error {
    S3Error(
      412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold",
      details: [("Condition", condition)])
  }
  static func invalidArgument(_ message: String, _ name: String, _ value: String) -> S3Error {
    S3Error(400, "InvalidArgument", message, details: [("ArgumentName", name), ("ArgumentValue", value)])
  }
  static func notImplemented(_ header: String) -> S3Error {
    S3Error(
      501, "NotImplemented", "A header you provided implies functionality that is not implemented",
      details: [("Header", header)])
  }
  static func malformedXML() -> S3Error {
    S3Error(
      400, "MalformedXML",
      "The XML you provided was not well-formed or did not validate against our published schema")
  }
  static func accessDenied(_ message: String = "Access Denied") -> S3Error {
    S3Error(403, "AccessDenied", message)
  }
  static func methodNotAllowed(_ method: String) -> S3Error {
    S3Error(
      405, "MethodNotAllowed", "The specified method is not allowed against this resource.",
      details: [("Method", method)])
  }
}
