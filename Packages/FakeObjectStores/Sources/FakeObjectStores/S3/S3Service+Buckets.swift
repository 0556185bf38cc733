import ObjectStorage

/// What S3 can be asked about a bucket, and about all of them.
extension S3Service {
  static let namespace = " xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

  func performOnService(_ request: S3Request) throws(S3Error) -> HTTPResponse {
    guard request.method == "GET" else { throw .methodNotAllowed(request.method) }
    var xml = XMLWriter()
    xml.element("ListAllMyBucketsResult", attributes: Self.namespace) { xml in
      xml.element("Buckets") { xml in
        for name in table.bucketNames {
          xml.element("Bucket") { xml in
            xml.element("Name", name)
            xml.element("CreationDate", UnixTime(seconds: 0).iso8601)
          }
        }
      }
    }
    return Self.response(xml)
  }

  func performOnBucket(_ request: S3Request, _ body: [UInt8]) throws(S3Error) -> HTTPResponse {
    switch request.method {
    case "HEAD": return HTTPResponse(status: 200, headers: [("x-amz-bucket-region", options.region)])
    case "GET" where request["location"] != nil:
      var xml = XMLWriter()
      // AWS names its first region by nothing.
      xml.element("LocationConstraint", options.region == "us-east-1" ? "" : options.region)
      return Self.response(xml)
    case "GET" where request["list-type"] == "2": return try list(request)
    case "GET": throw S3Error(501, "NotImplemented", "Only ListObjectsV2 is here: ask with list-type=2.")
    case "POST" where request["delete"] != nil: return try deleteObjects(request, body)
    default: throw .methodNotAllowed(request.method)
    }
  }

  static func response(_ xml: XMLWriter) -> HTTPResponse {
    HTTPResponse(status: 200, headers: [("Content-Type", "application/xml")], body: .bytes(xml.bytes))
  }

  // MARK: ListObjectsV2

  private func list(_ request: S3Request) throws(S3Error) -> HTTPResponse {
    let prefix = KeyBytes(request["prefix"] ?? "")
    let delimiter = Array((request["delimiter"] ?? "").utf8)
    var limit = options.pageLength
    if let text = request["max-keys"] {
      guard let number = Int(text), number >= 0 else {
        throw .invalidArgument("Provided max-keys not an integer or within integer range", "max-keys", text)
      }
      limit = min(number, limit)
    }
    if let encoding = request["encoding-type"], encoding != "url" {
      throw .invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encoding)
    }
    let after = try Self.startingPoint(request)
    let enough = delimiter.isEmpty ? limit + 2 : .max
    let all = try table.objects(request.bucket, prefix: prefix, from: after ?? prefix, limit: enough)
    let page = ListedPage(all, prefix: prefix, delimiter: delimiter, after: after, limit: limit)
    return Self.response(xml(page, request, limit: limit))
  }

  /// What the page comes after: the token of the page before, else `start-after`.
  private static func startingPoint(_ request: S3Request) throws(S3Error) -> KeyBytes? {
    guard let token = request["continuation-token"] else {
      return request["start-after"].map { KeyBytes($0) }
    }
    guard token.hasPrefix("fake."), let bytes = PercentEncoding.decoded(token.dropFirst(5)) else {
      throw .invalidArgument("The continuation token provided is incorrect", "continuation-token", token)
    }
    return KeyBytes(bytes)
  }

  private func xml(_ page: ListedPage, _ request: S3Request, limit: Int) -> XMLWriter {
    let isEncoded = request["encoding-type"] == "url"
    func name(_ bytes: [UInt8]) -> String {
      isEncoded
        ? PercentEncoding.encoded(bytes, keepingSlashes: true) : String(decoding: bytes, as: UTF8.self)
    }
    var xml = XMLWriter()
    xml.element("ListBucketResult", attributes: Self.namespace) { xml in
      xml.element("Name", request.bucket)
      xml.element("Prefix", name(Array((request["prefix"] ?? "").utf8)))
      if let delimiter = request["delimiter"] { xml.element("Delimiter", name(Array(delimiter.utf8))) }
      if let start = request["start-after"] { xml.element("StartAfter", name(Array(start.utf8))) }
      if let token = request["continuation-token"] { xml.element("ContinuationToken", token) }
      if let last = page.last {
        xml.element(
          "NextContinuationToken", "fake." + PercentEncoding.encoded(last.bytes, keepingSlashes: false))
      }
      xml.element("KeyCount", "\(page.objects.count + page.prefixes.count)")
      xml.element("MaxKeys", "\(limit)")
      if isEncoded { xml.element("EncodingType", "url") }
      xml.element("IsTruncated", page.last == nil ? "false" : "true")
      for object in page.objects {
        xml.element("Contents") { xml in
          xml.element("Key", name(object.key.bytes))
          xml.element("LastModified", object.modified.iso8601.dropLast() + ".000Z")
          xml.element("ETag", object.entityTag)
          xml.element("Size", "\(object.byteCount)")
          xml.element("StorageClass", "STANDARD")
        }
      }
      for prefix in page.prefixes {
        xml.element("CommonPrefixes") { xml in xml.element("Prefix", name(prefix.bytes)) }
      }
    }
    return xml
  }

  // MARK: DeleteObjects

  private func deleteObjects(_ request: S3Request, _ body: [UInt8]) throws(S3Error) -> HTTPResponse {
    guard body.count <= 2 << 20, let root = try? XMLReader.read(body), root.name == "Delete" else {
      throw .malformedXML()
    }
    let keys = root.children.filter { $0.name == "Object" }.compactMap { $0["Key"] }
    guard (1...1000).contains(keys.count) else { throw .malformedXML() }
    var xml = XMLWriter()
    var failures: [(key: String, error: S3Error)] = []
    for key in keys {
      do throws(S3Error) {
        try table.delete(request.bucket, KeyBytes(key))
      } catch {
        failures.append((key, error))
      }
    }
    xml.element("DeleteResult", attributes: Self.namespace) { xml in
      for key in keys where root["Quiet"] != "true" && !failures.contains(where: { $0.key == key }) {
        xml.element("Deleted") { xml in xml.element("Key", key) }
      }
      for failure in failures {
        xml.element("Error") { xml in
          xml.element("Key", failure.key)
          xml.element("Code", failure.error.code)
          xml.element("Message", failure.error.message)
        }
      }
    }
    return Self.response(xml)
  }
}

/// One page of a listing, folded at a delimiter.
struct ListedPage {
  private(set) var objects: [ListedObject] = []
  private(set) var prefixes: [KeyBytes] = []
  /// The last key or prefix on the page when there are more.
  private(set) var last: KeyBytes?

  /// - Parameter all: sorted, all with `prefix`.
  /// - Parameter after: the key or common prefix that the page comes after.
  init(_ all: [ListedObject], prefix: KeyBytes, delimiter: [UInt8], after: KeyBytes?, limit: Int) {
    var newest: KeyBytes?
    for object in all {
      let folded = Self.folded(object.key.bytes, prefix.bytes.count, delimiter)
      let name = folded ?? object.key
      // Past the start, and not in the common prefix that the page before ended with.
      if let after, !(after < object.key) || folded == after { continue }
      if let folded, folded == prefixes.last { continue }
      if objects.count + prefixes.count >= limit {
        // With a limit of zero there is no last one, and AWS says the list is not cut off.
        last = newest
        return
      }
      if let folded { prefixes.append(folded) } else { objects.append(object) }
      newest = name
    }
  }

  private static func folded(_ key: [UInt8], _ start: Int, _ delimiter: [UInt8]) -> KeyBytes? {
    guard !delimiter.isEmpty, key.count >= start + delimiter.count else { return nil }
    for end in (start + delimiter.count)...key.count
    where key[(end - delimiter.count)..<end].elementsEqual(delimiter) {
      return KeyBytes(Array(key[..<end]))
    }
    return nil
  }
}
