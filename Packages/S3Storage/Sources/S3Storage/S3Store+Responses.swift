import HTTPTransport
import ObjectStorage

extension S3Store {
  /// What the headers tell of the object: its whole size, also when a part was sent.
  func objectInfo(_ head: HTTPResponseHead, key: ObjectKey) throws(ObjectStoreError) -> ObjectInfo {
    let byteCount =
      head.status == 206
      ? contentRange(head)?.total : head.headers["Content-Length"].flatMap { decimal($0) }
    guard let byteCount else {
      throw unusable(key, head, expected: head.status == 206 ? "Content-Range" : "Content-Length")
    }
    return ObjectInfo(
      key: key, byteCount: byteCount, entityTag: head.headers["ETag"],
      modified: head.headers["Last-Modified"].flatMap { UnixTime(httpDate: $0) })
  }

  /// Holds an answer against what was asked, before a byte of it is taken: some services ignore ranges or
  /// conditions.
  func check(
    _ head: HTTPResponseHead, _ info: ObjectInfo, against options: GetOptions
  ) throws(ObjectStoreError) {
    let wanted = try options.resolvedRange(of: info, url: url(of: info.key))
    let sent = head.status == 206 ? contentRange(head).map { $0.range } : 0..<info.byteCount
    guard sent == wanted else {
      throw unusable(
        info.key, head, expected: "bytes \(wanted)", found: sent.map { "bytes \($0)" } ?? "others")
    }
  }

  /// One page of ListObjectsV2.
  func page(_ body: [UInt8], prefix: String) throws(ObjectStoreError) -> ListPage {
    var page = ListPage()
    var isEncoded = false
    var isTruncated = false
    var rows: [[String: String]] = []
    var row: [String: String] = [:]
    var prefixes: [String] = []
    let root: String
    do throws(XMLFlaw) {
      root = try XMLReader.visit(body) { path, text in
        switch (path[0], path.count > 1 ? path[1] : nil, path.count) {
        case ("Contents", let field?, 2): row[field] = text
        case ("Contents", nil, 1):
          rows.append(row)
          row = [:]
        case ("CommonPrefixes", "Prefix", 2): prefixes.append(text)
        case ("EncodingType", nil, 1): isEncoded = text == "url"
        case ("IsTruncated", nil, 1): isTruncated = text == "true"
        case ("NextContinuationToken", nil, 1): page.nextToken = text
        default: break
        }
      }
    } catch {
      throw unusableListing(prefix, "expected XML, found \(error.reason) at byte \(error.byteOffset)")
    }
    guard root == "ListBucketResult" else {
      throw unusableListing(prefix, "expected ListBucketResult, found \(root)")
    }
    if !isTruncated { page.nextToken = nil }
    guard !isTruncated || page.nextToken?.isEmpty == false else {
      throw unusableListing(
        prefix, "expected a continuation token on a page that is not the last, found none")
    }
    func decoded(_ text: String) throws(ObjectStoreError) -> String {
      guard isEncoded else { return text }
      guard let plain = formDecoded(text) else {
        throw unusableListing(prefix, "expected two digits after each percent sign, found others")
      }
      return plain
    }
    for row in rows {
      guard let name = row["Key"], let size = row["Size"].flatMap({ decimal($0) }) else {
        throw unusableListing(prefix, "expected Key and Size of each object, found an object without")
      }
      let text = try decoded(name)
      guard let key = try? ObjectKey(parsing: text) else {
        page.unusableKeyCount += 1
        continue
      }
      page.objects.append(
        ObjectInfo(
          key: key, byteCount: size, entityTag: row["ETag"],
          modified: row["LastModified"].flatMap { UnixTime(iso8601: $0) }))
    }
    for prefix in prefixes { page.prefixes.append(try decoded(prefix)) }
    return page
  }

  private func unusableListing(_ prefix: String, _ detail: String) -> ObjectStoreError {
    ObjectStoreError(.unusableAnswer, url: "s3://\(bucket)/\(prefix)", detail: detail)
  }

  private func unusable(
    _ key: ObjectKey, _ head: HTTPResponseHead, expected: String, found: String = "none that can be read"
  ) -> ObjectStoreError {
    ObjectStoreError(
      .unusableAnswer, url: url(of: key), status: head.status, detail: "expected \(expected), found \(found)",
      remedy: "check that the endpoint is an S3 service, and what proxies do to its answers")
  }

  /// `bytes 0-9/443`.
  private func contentRange(_ head: HTTPResponseHead) -> (range: Range<Int>, total: Int)? {
    guard let value = head.headers["Content-Range"], value.hasPrefix("bytes ") else { return nil }
    let parts = value.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let total = decimal(parts[1]) else { return nil }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = decimal(ends[0]), let last = decimal(ends[1]), first <= last,
      last < total
    else { return nil }
    return (first..<(last + 1), total)
  }
}

/// Decimal digits as a number; nil for signs, blanks and what is past 2^62.
func decimal(_ text: some StringProtocol) -> Int? {
  guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
    return nil
  }
  return Int(text)
}

/// Undoes the encoding of `encoding-type=url`: percent escapes, and `+` for a blank.
func formDecoded(_ text: String) -> String? {
  var bytes: [UInt8] = []
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    switch byte {
    case 0x2B: bytes.append(0x20)
    case 0x25:
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      rest = rest.dropFirst(2)
      bytes.append(value)
    default: bytes.append(byte)
    }
  }
  return String(validating: bytes, as: UTF8.self)
}
