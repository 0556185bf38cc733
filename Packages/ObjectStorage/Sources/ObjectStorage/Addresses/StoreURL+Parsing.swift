extension StoreURL {
  /// Cuts user information and query from any address, for messages.
  public static func redacted(_ text: String) -> String {
    let withoutQuery = text[..<(text.firstByte(0x3F) ?? text.endIndex)]
    guard let separator = withoutQuery.firstRange(of: "://") else { return String(withoutQuery) }
    let rest = withoutQuery[separator.upperBound...]
    let authority = rest[..<(rest.firstByte(slash) ?? rest.endIndex)]
    guard let at = authority.lastByte(0x40) else { return String(withoutQuery) }
    return String(withoutQuery[..<separator.upperBound] + rest[rest.utf8.index(after: at)...])
  }

  /// The scheme in lower case and what follows its colon; nil for a plain path.
  ///
  /// Only `scheme://`, and `dbfs:/` as upstream writes it, count as one: `a:b` and `C:/x` are file names.
  static func splitScheme(_ text: String) -> (String, Substring)? {
    guard let colon = text.firstByte(0x3A) else { return nil }
    let scheme = text[..<colon].lowercased()
    let rest = text[text.utf8.index(after: colon)...]
    guard let first = scheme.utf8.first, (0x61...0x7A).contains(first),
      scheme.utf8.allSatisfy({
        (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2B || $0 == 0x2D || $0 == 0x2E
      }), rest.startsWithBytes("//") || (scheme == "dbfs" && rest.startsWithBytes("/"))
    else { return nil }
    return (scheme, rest)
  }

  static func splitAuthority(
    _ authority: Substring, text: String
  ) throws(ObjectStoreError) -> (userInfo: String?, host: String, port: Int?) {
    let at = authority.lastByte(0x40)
    let userInfo = at.map { String(authority[..<$0]) }
    let place = at.map { authority[authority.utf8.index(after: $0)...] } ?? authority
    var host = place
    var digits: Substring?
    if place.hasPrefix("[") {
      guard let close = place.firstIndex(of: "]") else {
        throw unusable(text, expected: "`]` after an IPv6 address", found: "none")
      }
      host = place[place.index(after: place.startIndex)..<close]
      let after = place[place.index(after: close)...]
      guard after.isEmpty || after.hasPrefix(":") else {
        throw unusable(text, expected: "a port after `]`", found: "\(after)")
      }
      digits = after.isEmpty ? nil : after.dropFirst()
    } else if let colon = place.lastIndex(of: ":") {
      host = place[..<colon]
      digits = place[place.index(after: colon)...]
    }
    guard let digits else { return (userInfo, String(host), nil) }
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = Int(digits),
      (1...65535).contains(port)
    else { throw unusable(text, expected: "a port from 1 to 65535", found: "\(digits)") }
    return (userInfo, String(host), port)
  }

  static func fileURL(_ body: Substring, text: String) throws(ObjectStoreError) -> StoreURL {
    let start = body.firstByte(slash) ?? body.endIndex
    let host = body[..<start]
    guard host.isEmpty || host == "localhost", start != body.endIndex else {
      throw unusable(text, expected: "`file:///` and a path", found: "`\(host)` as a host")
    }
    guard let path = percentDecoded(body[start...]), !path.utf8.contains(0) else {
      throw unusable(
        text, expected: "two hexadecimal digits after each percent sign", found: "something else")
    }
    return StoreURL(
      scheme: "file", host: "", port: nil, path: withoutTrailingSlashes(path), query: nil, userInfo: nil)
  }

  /// The path of a web address without its escapes. An escaped slash is another thing than a slash, and a
  /// path without escapes can't tell the two apart.
  static func webPath(_ path: String, text: String) throws(ObjectStoreError) -> String {
    guard !path.lowercased().contains("%2f"), let decoded = percentDecoded(path[...]),
      !decoded.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else {
      throw unusable(
        text, expected: "percent escapes of letters other than the slash", found: "something else")
    }
    return decoded
  }

  /// Replaces `%41` by the byte it means; nil for a broken escape or bytes that are no UTF-8.
  package static func percentDecoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(hexadecimalValue),
        let low = rest.popFirst().flatMap(hexadecimalValue)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  static func withoutTrailingSlashes(_ path: String) -> String {
    var path = path[...]
    while path.utf8.count > 1, path.utf8.last == slash { path = Substring(path.utf8.dropLast()) }
    return String(path)
  }

  static func unusable(_ text: String, expected: String, found: String) -> ObjectStoreError {
    ObjectStoreError(
      .unusableURL, url: text, detail: "expected \(expected), found \(found)",
      remedy: "write it as s3://bucket/path, gs://bucket/path or a plain path")
  }
}
