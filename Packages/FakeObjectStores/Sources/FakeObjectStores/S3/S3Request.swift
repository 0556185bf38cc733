/// A request with its names decoded: what is wanted of which object.
struct S3Request: Sendable {
  let head: HTTPRequestHead
  let bucket: String
  /// The key's bytes, decoded; empty for requests about the bucket.
  let key: KeyBytes
  /// Names and values, decoded, in the order sent.
  let query: [(name: String, value: String)]
  /// The path that was signed, decoded.
  let decodedPath: [UInt8]

  var method: String { head.method }

  /// The value of a query parameter: `""` when it stands there without one, nil when it does not.
  subscript(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// Reads path-style addresses (`/bucket/key`), and host-style ones (`bucket.….localhost`).
  init(_ head: HTTPRequestHead) throws(S3Error) {
    self.head = head
    guard let path = PercentEncoding.decoded(head.path) else {
      throw S3Error(400, "InvalidURI", "Couldn't parse the specified URI.")
    }
    decodedPath = path
    var rest = path.dropFirst()
    if let bucket = Self.bucket(ofHost: head["host"] ?? "") {
      self.bucket = bucket
    } else {
      bucket = String(decoding: rest.prefix { $0 != 0x2F }, as: UTF8.self)
      rest = rest.drop { $0 != 0x2F }.dropFirst()
    }
    key = KeyBytes(Array(rest))
    guard key.bytes.count <= 1024 else {
      throw S3Error(400, "KeyTooLongError", "Your key is too long", details: [("MaxSizeAllowed", "1024")])
    }
    guard String(validating: key.bytes, as: UTF8.self) != nil else {
      throw S3Error(400, "InvalidURI", "Couldn't parse the specified URI.")
    }
    query = try Self.pairs(head.query ?? "")
  }

  private static func bucket(ofHost host: String) -> String? {
    let name = host.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
    guard name.hasSuffix(".localhost") else { return nil }
    return name.split(separator: ".").first.map(String.init)
  }

  private static func pairs(_ query: String) throws(S3Error) -> [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    for part in query.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decoded(sides[0], plusIsSpace: true),
        let value = PercentEncoding.decoded(sides.count == 2 ? sides[1] : "", plusIsSpace: true),
        let nameText = String(validating: name, as: UTF8.self),
        let valueText = String(validating: value, as: UTF8.self)
      else { throw S3Error(400, "InvalidURI", "Couldn't parse the specified URI.") }
      pairs.append((nameText, valueText))
    }
    return pairs
  }
}

/// A key as bytes: services tell apart what `String` calls equal.
struct KeyBytes: Sendable, Hashable, Comparable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }
  init(_ text: String) { bytes = Array(text.utf8) }

  var text: String { String(decoding: bytes, as: UTF8.self) }
  var isEmpty: Bool { bytes.isEmpty }

  static func < (left: KeyBytes, right: KeyBytes) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
