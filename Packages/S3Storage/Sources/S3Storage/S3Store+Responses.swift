import HTTPTransport
import ObjectStorage

extension S3Store {
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
