package import ObjectStorage

/// What an answer about an object tells of it, for stores over HTTP.
extension HTTPResponseHead {
  /// The object's whole size, also when a part was sent, its entity tag and age.
  /// - Parameter address: the object's address in messages.
  /// - Throws: `.unusableAnswer` when no size is there.
  package func objectInfo(
    of key: ObjectKey, at address: String
  ) throws(ObjectStoreError) -> ObjectInfo {
    let byteCount = status == 206 ? contentRange?.total : headers["Content-Length"].flatMap { decimal($0) }
    guard let byteCount else {
      throw unusable(at: address, expected: status == 206 ? "Content-Range" : "Content-Length")
    }
    return ObjectInfo(
      key: key, byteCount: byteCount, entityTag: headers["ETag"],
      modified: headers["Last-Modified"].flatMap { UnixTime(httpDate: $0) })
  }

  /// Holds the answer against what was asked, before a byte of it is taken: some services ignore ranges or
  /// conditions.
  package func check(
    _ info: ObjectInfo, against options: GetOptions, at address: String
  ) throws(ObjectStoreError) {
    let wanted = try options.resolvedRange(of: info, url: address)
    let sent = status == 206 ? contentRange.map { $0.range } : 0..<info.byteCount
    guard sent == wanted else {
      throw unusable(
        at: address, expected: "bytes \(wanted)", found: sent.map { "bytes \($0)" } ?? "others")
    }
  }

  /// `Content-Range: bytes 0-9/443`.
  package var contentRange: (range: Range<Int>, total: Int)? {
    guard let value = headers["Content-Range"], value.hasPrefix("bytes ") else { return nil }
    let parts = value.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let total = decimal(parts[1]) else { return nil }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = decimal(ends[0]), let last = decimal(ends[1]), first <= last,
      last < total
    else { return nil }
    return (first..<(last + 1), total)
  }

  private func unusable(
    at address: String, expected: String, found: String = "none that can be read"
  ) -> ObjectStoreError {
    ObjectStoreError(
      .unusableAnswer, url: address, status: status, detail: "expected \(expected), found \(found)",
      remedy: "check that the endpoint is of this service, and what proxies do to its answers")
  }
}

extension HTTPHeaders {
  /// Adds `Range` and `If-Match` as a read wants them.
  /// - Throws: `.rangeNotSatisfiable` for a range without a byte.
  package mutating func ask(for options: GetOptions, of address: String) throws(ObjectStoreError) {
    if let range = options.range {
      guard let value = range.headerValue else {
        throw ObjectStoreError(
          .rangeNotSatisfiable, url: address,
          detail: "expected a range of at least one byte, found \(range)")
      }
      self["Range"] = value
    }
    self["If-Match"] = options.ifMatch
  }
}

/// Decimal digits as a number; nil for signs, blanks and what is past 10^18.
package func decimal(_ text: some StringProtocol) -> Int? {
  guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
    return nil
  }
  return Int(text)
}
