package import ObjectStorage

extension HTTPURL {
  /// The URL that a redirect's `Location` names, seen from this one.
  ///
  /// Understood are `https://host/path`, `//host/path`, `/path` and `?query`; what follows `#` is cut.
  /// - Throws: ``ObjectStoreError`` `.redirected` for others, and for a step from `https` down to `http`.
  package func resolving(location: String) throws(ObjectStoreError) -> HTTPURL {
    let reference = location[..<(location.firstIndex(of: "#") ?? location.endIndex)]
    let target: HTTPURL
    do throws(ObjectStoreError) {
      if reference.hasPrefix("//") {
        target = try HTTPURL(parsing: scheme + ":" + reference)
      } else if reference.hasPrefix("/") || reference.hasPrefix("?") {
        let path = reference.hasPrefix("/") ? "" : encodedPath
        target = try HTTPURL(parsing: "\(scheme)://\(authority)" + path + reference)
      } else {
        target = try HTTPURL(parsing: String(reference))
      }
    } catch {
      throw ObjectStoreError(
        .redirected, url: description, detail: "expected an http(s) URL as `Location`, found none",
        remedy: "check what answers at this address")
    }
    guard scheme == "http" || target.scheme == "https" else {
      throw ObjectStoreError(
        .redirected, url: description,
        detail: "expected TLS to stay, found a redirect to http://\(target.authority)",
        remedy: "check what answers at this address")
    }
    return target
  }

  /// Whether both have scheme, host and port in common: what is secret at one is known to the other.
  package func hasOrigin(of other: HTTPURL) -> Bool {
    scheme == other.scheme && host == other.host && port == other.port
  }

  /// The same URL with more of a path behind it, and a slash between.
  /// - Parameter path: not encoded; its slashes stay.
  package func appending(path: String) -> HTTPURL {
    var url = self
    if !url.encodedPath.hasSuffix("/") { url.encodedPath += "/" }
    url.encodedPath += PercentEncoding.encodedPath(path)
    return url
  }
}
