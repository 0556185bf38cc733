import FakeObjectStores
import Foundation

@testable import FakeObjectStores

/// A signed request, for tests of everything but the signature; that is checked against AWS's vectors and
/// botocore.
struct SignedRequest {
  var method = "GET"
  var path = "/"
  var query: [(String, String)] = []
  var headers: [(String, String)] = []
  var body: [UInt8] = []
  var credential = FakeS3.Credential.test
  var region = "us-east-1"
  var age: TimeInterval = 0
  /// What to say of the body instead of its hash.
  var payload: String?

  init(_ method: String, _ path: String, _ query: [(String, String)] = [], body: [UInt8] = []) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
  }

  static func encode(_ text: String, slashes: Bool = false) -> String {
    var allowed = CharacterSet(
      charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
    if slashes { allowed.insert("/") }
    return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
  }

  /// The request's bytes; `withBody: false` leaves the body out, to be sent later.
  func bytes(withBody: Bool = true) -> [UInt8] {
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "UTC")
    format.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
    let date = format.string(from: Date(timeIntervalSinceNow: -age))
    let hash = payload ?? Digests.hex(Digests.sha256(body))
    var signed = headers + [("host", "localhost"), ("x-amz-date", date), ("x-amz-content-sha256", hash)]
    if let token = credential.sessionToken { signed.append(("x-amz-security-token", token)) }
    signed = signed.map { ($0.0.lowercased(), $0.1) }.sorted { $0.0 < $1.0 }
    let names = signed.map(\.0).joined(separator: ";")
    let pairs = query.map { (Self.encode($0.0), Self.encode($0.1)) }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }
      .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
    let encodedPath = Self.encode(path, slashes: true)
    let canonical = ([method, encodedPath, pairs] + signed.map { "\($0.0):\($0.1)" } + ["", names, hash])
      .joined(separator: "\n")
    let scope = "\(date.prefix(8))/\(region)/s3/aws4_request"
    let toSign = "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n" + Digests.hex(Digests.sha256(canonical.utf8))
    var key = Array("AWS4\(credential.secretAccessKey)".utf8)
    for part in scope.split(separator: "/") { key = Digests.hmacSHA256(key: key, part.utf8) }
    let signature = Digests.hex(Digests.hmacSHA256(key: key, toSign.utf8))
    var text = "\(method) \(encodedPath)\(pairs.isEmpty ? "" : "?" + pairs) HTTP/1.1\r\n"
    for (name, value) in signed { text += "\(name): \(value)\r\n" }
    text +=
      "authorization: AWS4-HMAC-SHA256 Credential=\(credential.accessKeyID)/\(scope),"
      + "SignedHeaders=\(names),Signature=\(signature)\r\n"
    if !body.isEmpty || method == "PUT" || method == "POST" { text += "content-length: \(body.count)\r\n" }
    return Array((text + "\r\n").utf8) + (withBody ? body : [])
  }
}

extension RawClient {
  /// Signs, sends and reads one answer.
  func perform(_ request: SignedRequest) -> RawResponse? {
    send(request.bytes())
    return response(isHead: request.method == "HEAD")
  }

  func perform(
    _ method: String, _ path: String, _ query: [(String, String)] = [], headers: [(String, String)] = [],
    body: [UInt8] = []
  ) -> RawResponse? {
    var request = SignedRequest(method, path, query, body: body)
    request.headers = headers
    return perform(request)
  }
}
