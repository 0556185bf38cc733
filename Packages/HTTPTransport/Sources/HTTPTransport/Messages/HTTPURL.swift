public import ObjectStorage

/// An `http` or `https` URL in parts, each in the form that goes over the wire.
public struct HTTPURL: Sendable, Hashable {
  /// `http` or `https`.
  public let scheme: String
  /// Name or address, without the brackets of IPv6.
  public let host: String
  /// The port, nil for the scheme's own.
  public let port: Int?
  /// The path with its percent escapes, starting with a slash.
  public var encodedPath: String
  /// The query with its percent escapes, without the question mark.
  public var encodedQuery: String?

  /// Reads an endpoint or URL; what follows `#` is refused, user information too: secrets don't belong there.
  /// - Throws: ``ObjectStoreError`` `.unusableURL`.
  public init(parsing text: String) throws(ObjectStoreError) {
    let url = try StoreURL(parsing: text, decodingWebPaths: false)
    guard url.scheme == "http" || url.scheme == "https", url.userInfo == nil, Self.isHost(url.host),
      !url.path.contains("#"), !(url.query ?? "").contains("#"),
      Self.isEncoded(url.path), Self.isEncoded(url.query ?? "")
    else {
      throw ObjectStoreError(
        .unusableURL, url: text, detail: "expected http(s)://host[:port][/path], found something else",
        remedy: "write it like https://storage.example.org:9000")
    }
    self.init(
      scheme: url.scheme, host: url.host, port: url.port, encodedPath: "/" + url.path, encodedQuery: url.query
    )
  }

  init(scheme: String, host: String, port: Int?, encodedPath: String, encodedQuery: String?) {
    self.scheme = scheme
    self.host = host.lowercased()
    self.port = port == (scheme == "https" ? 443 : 80) ? nil : port
    self.encodedPath = encodedPath
    self.encodedQuery = encodedQuery
  }

  /// The same URL at another host.
  /// - Throws: ``ObjectStoreError`` `.unusableURL` when `host` is none.
  public func replacing(host: String) throws(ObjectStoreError) -> HTTPURL {
    guard Self.isHost(host) else {
      throw ObjectStoreError(
        .unusableURL, url: "\(scheme)://\(host)", detail: "expected a host name, found other characters",
        remedy: "check the bucket's name and the endpoint")
    }
    return HTTPURL(
      scheme: scheme, host: host, port: port, encodedPath: encodedPath, encodedQuery: encodedQuery)
  }

  /// Host and port as the `Host` header has them.
  public var authority: String {
    (host.contains(":") ? "[\(host)]" : host) + (port.map { ":\($0)" } ?? "")
  }

  /// The whole URL as sent. May hold a signature: not for messages.
  public var text: String { "\(scheme)://\(authority)\(encodedPath)" + (encodedQuery.map { "?" + $0 } ?? "") }

  /// Whether the host is an address or this machine, where names below it can't exist.
  public var isAddress: Bool {
    host == "localhost" || host.contains(":")
      || host.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
  }

  private static func isHost(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy {
        (0x61...0x7A).contains($0 | 0x20) || (0x30...0x3A).contains($0) || $0 == 0x2D || $0 == 0x2E
          || $0 == 0x5F
      }
  }

  /// Whether no character is left that ends a request line or a part of a URL.
  private static func isEncoded(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E && $0 != 0x5C }
  }
}

extension HTTPURL: CustomStringConvertible {
  /// The URL without its query: fit for messages.
  public var description: String { "\(scheme)://\(authority)\(encodedPath)" }
}
