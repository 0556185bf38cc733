public import HTTPTransport
public import ObjectStorage

/// Authorizes requests to Azure Blob Storage and Data Lake Storage.
///
/// Shared keys sign by the scheme of "Authorize with Shared Key" for the Blob service, version 2015-02-21 and
/// later. Any thread may call; no call blocks.
public struct AzureSigner: Sendable {
  /// The version of the service that requests ask for, unless they name one.
  public let serviceVersion: String

  /// Makes a signer.
  public init(serviceVersion: String = "2021-12-02") { self.serviceVersion = serviceVersion }

  /// Adds `x-ms-date`, `x-ms-version` and the authorization; all headers that the request has by then are
  /// covered where the scheme covers them, and none may be added after.
  public func sign(_ request: inout HTTPRequest, with credential: AzureCredential, at time: UnixTime) {
    request.headers["x-ms-date"] = time.httpDate
    if request.headers["x-ms-version"] == nil { request.headers["x-ms-version"] = serviceVersion }
    request.headers["Authorization"] = nil
    switch credential {
    case .sharedKey(let key):
      let text = Self.stringToSign(request, account: key.account)
      request.headers["Authorization"] = "SharedKey \(key.account):\(key.signature(of: text))"
    case .sharedAccessSignature(let signature):
      let parts = [request.url.encodedQuery, signature.text].compactMap { $0 }.filter { !$0.isEmpty }
      request.url.encodedQuery = parts.joined(separator: "&")
    case .bearer(let token):
      token.authorize(&request)
    }
  }

  private static let signedHeaders = [
    "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date",
    "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range",
  ]

  /// The request in the one form that both sides hash.
  static func stringToSign(_ request: HTTPRequest, account: String) -> String {
    var lines = [request.method.name]
    for name in signedHeaders {
      let value = name == "Content-Length" ? contentLength(of: request) : request.headers[name]
      lines.append(value ?? "")
    }
    return lines.joined(separator: "\n") + "\n" + canonicalHeaders(request)
      + canonicalResource(request.url, account: account)
  }

  /// The transport's `Content-Length`; an empty body counts as none.
  private static func contentLength(of request: HTTPRequest) -> String? {
    request.body.flatMap { $0.byteCount == 0 ? nil : "\($0.byteCount)" }
  }

  private static func canonicalHeaders(_ request: HTTPRequest) -> String {
    var headers = request.headers.fields.map { (name: $0.name.lowercased(), value: $0.value) }
      .filter { $0.name.hasPrefix("x-ms-") }
    headers.sort { sortKey($0.name).lexicographicallyPrecedes(sortKey($1.name)) }
    return headers.map { "\($0.name):\($0.value)\n" }.joined()
  }

  /// The service sorts names as its platform sorts words: hyphens count only where all else is equal, and the
  /// underscore stands before digits and letters.
  private static func sortKey(_ name: String) -> [UInt8] {
    let letters = name.utf8.filter { $0 != 0x2D }.map { $0 == 0x5F ? 1 : $0 }
    return letters + [0] + name.utf8.map { $0 == 0x2D ? 2 : 1 }
  }

  private static func canonicalResource(_ url: HTTPURL, account: String) -> String {
    var values: [String: [String]] = [:]
    for part in url.encodedQuery?.split(separator: "&") ?? [] {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = sides.count == 2 ? sides[1] : ""
      values[decoded(sides[0]).lowercased(), default: []].append(decoded(value))
    }
    let query = values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      .map { "\n\($0.key):" + $0.value.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: ",") }
    return "/" + account + url.encodedPath + query.joined()
  }

  /// Text without percent escapes; broken ones stay as they are.
  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == 0x25, digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
