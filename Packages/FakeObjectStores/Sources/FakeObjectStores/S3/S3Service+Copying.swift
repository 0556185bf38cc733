import ObjectStorage

/// Copies of objects and of parts, by `x-amz-copy-source`.
extension S3Service {
  /// The bytes that a request wants to have copied.
  func copiedBytes(_ request: S3Request, _ source: String) throws(S3Error) -> [UInt8] {
    let path = source.hasPrefix("/") ? source.dropFirst() : source[...]
    guard let decoded = PercentEncoding.decoded(path), let slash = decoded.firstIndex(of: 0x2F) else {
      throw .invalidArgument(
        "Copy Source must mention the source bucket and key", "x-amz-copy-source", source)
    }
    let bucket = String(decoding: decoded[..<slash], as: UTF8.self)
    let key = KeyBytes(Array(decoded[decoded.index(after: slash)...]))
    guard table.hasBucket(bucket) else { throw .noSuchBucket(bucket) }
    guard let object = table.object(bucket, key) else { throw .noSuchKey(key.text) }
    try customerKeys.check(request.sourceCustomerKey(), bucket, key)
    if let tag = request.head["x-amz-copy-source-if-match"], !Self.tags(tag).contains(object.entityTag) {
      throw .preconditionFailed("x-amz-copy-source-If-Match")
    }
    guard let header = request.head["x-amz-copy-source-range"] else {
      guard object.byteCount <= options.maximumCopyByteCount else {
        throw S3Error(
          400, "InvalidRequest", "The specified copy source is larger than the maximum allowable size")
      }
      return object.withBytes { Array($0) }
    }
    guard let range = Self.range(header)?.resolved(in: object.byteCount) else {
      throw .invalidArgument(
        "Range specified is not valid for source object", "x-amz-copy-source-range", header)
    }
    return object.withBytes { Array($0[range]) }
  }

  /// The answer to a copy: what is new about it is in the body.
  static func copyAnswer(_ element: String, entityTag: String, modified: UnixTime) -> HTTPResponse {
    var xml = XMLWriter()
    xml.element(element, attributes: namespace) { xml in
      xml.element("LastModified", modified.iso8601.dropLast() + ".000Z")
      xml.element("ETag", entityTag)
    }
    return response(xml)
  }
}
