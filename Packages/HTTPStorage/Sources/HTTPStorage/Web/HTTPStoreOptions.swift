public import CloudAuth
public import HTTPTransport
public import ObjectStorage

/// Where a web server's files are and how to ask for them.
public struct HTTPStoreOptions: Sendable {
  /// Who asks.
  public enum Identity: Sendable {
    case anonymous
    /// HTTP's basic authentication.
    case basic(user: String, password: Secret)
    /// `Authorization: Bearer …`.
    case bearer(Secret)
  }

  /// What the keys are below. Its query, which may be a signature, goes with each request to its host.
  public var base: HTTPURL
  /// Who asks.
  public var identity: Identity
  /// Further headers, for the base's host alone.
  public var headers: HTTPHeaders

  /// Makes options.
  public init(base: HTTPURL, identity: Identity = .anonymous, headers: HTTPHeaders = HTTPHeaders()) {
    self.base = base
    self.identity = identity
    self.headers = headers
  }

  /// What an address says: user and password before its `@`, and its query.
  /// - Throws: `.unusableURL` when it is no `http(s)` address, or user and password can't be decoded.
  public init(_ url: StoreURL, _ options: StoreOptions = StoreOptions()) throws(ObjectStoreError) {
    let authority = (url.host.contains(":") ? "[\(url.host)]" : url.host) + (url.port.map { ":\($0)" } ?? "")
    var base = try HTTPURL(parsing: "\(url.scheme)://\(authority)/" + PercentEncoding.encodedPath(url.path))
    base.encodedQuery = url.query
    guard url.query?.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x23 }) ?? true else {
      throw ObjectStoreError(
        .unusableURL, url: "\(url)", detail: "expected a percent-encoded query, found other characters",
        remedy: "encode the query")
    }
    self.init(base: base)
    for header in options.headers { headers.append(header.name, header.value) }
    if case .anonymous = options.identity { return }
    guard let userInfo = url.userInfo else { return }
    let parts = userInfo.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = StoreURL.percentDecoded(parts[0]),
      let password = StoreURL.percentDecoded(parts.count > 1 ? parts[1] : "")
    else {
      throw ObjectStoreError(
        .unusableURL, url: "\(url)", detail: "expected a percent-encoded user and password, found others",
        remedy: "write @, : and / in them as %40, %3A and %2F")
    }
    identity = .basic(user: user, password: Secret(password))
  }

  /// What only the base's host may see.
  var confidentialHeaders: HTTPHeaders {
    var headers = self.headers
    switch identity {
    case .anonymous: break
    case .basic(let user, let password):
      headers["Authorization"] = "Basic " + Base64.encoded(Array("\(user):\(password.text)".utf8))
    case .bearer(let token): headers["Authorization"] = "Bearer " + token.text
    }
    return headers
  }

  var identityInWords: String {
    switch identity {
    case .anonymous: "asked without credentials"
    case .basic(let user, _): "asked as user \(user)"
    case .bearer: "asked with a bearer token"
    }
  }
}
