import BinaryIO

/// An answer before it is sent. The body is a slice of something that is in memory already.
struct HTTPResponse: Sendable {
  enum Body: Sendable {
    case none
    case bytes([UInt8])
    case object(StoredObject, Range<Int>)
  }

  var status: Int
  var headers: [(name: String, value: String)] = []
  var body: Body = .none
  /// Whether the body is only announced: the answer to a HEAD.
  var isHeadOnly = false
  /// Whether the connection ends after it.
  var closes = false
  /// The service's error code, for the log.
  var errorCode: String?

  /// Bytes of body that the headers announce.
  var byteCount: Int {
    switch body {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .object(_, let range): range.count
    }
  }

  /// Everything before the body.
  var head: [UInt8] {
    var text = "HTTP/1.1 \(status) \(Self.reason(status))\r\n"
    for header in headers { text += "\(header.name): \(header.value)\r\n" }
    // 204 and 304 have no body and announce none.
    if status != 204 && status != 304 { text += "Content-Length: \(byteCount)\r\n" }
    if closes { text += "Connection: close\r\n" }
    return Array((text + "\r\n").utf8)
  }

  private static func reason(_ status: Int) -> String {
    switch status {
    case 100: "Continue"
    case 200: "OK"
    case 204: "No Content"
    case 206: "Partial Content"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 409: "Conflict"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 416: "Requested Range Not Satisfiable"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: "Status"
    }
  }
}
