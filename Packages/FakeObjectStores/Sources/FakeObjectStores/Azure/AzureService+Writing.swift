import ObjectStorage
import Synchronization

extension AzureService {
  func write(_ request: FakeRequest, _ container: String, _ key: KeyBytes) throws(S3Error) -> HTTPResponse {
    switch request["comp"] {
    case "block": return try putBlock(request, container, key)
    case "blocklist": return try nameBlocks(request, container, key)
    case nil: break
    default: throw S3Error(400, "InvalidQueryParameterValue", "comp")
    }
    if let source = request.head["x-ms-copy-source"] { return try copy(request, source, container, key) }
    guard request.head["x-ms-blob-type"] == "BlockBlob" else {
      throw S3Error(400, "MissingRequiredHeader", "x-ms-blob-type")
    }
    return try finish(request.body, request, container, key)
  }

  private func finish(
    _ bytes: [UInt8], _ request: FakeRequest, _ container: String, _ key: KeyBytes
  ) throws(S3Error) -> HTTPResponse {
    let type = request.head["x-ms-blob-content-type"] ?? request.head["content-type"]
    let object = try store(bytes, container, key, type, condition(request), request.now)
    return HTTPResponse(
      status: 201, headers: [("ETag", object.entityTag), ("Last-Modified", object.modified.httpDate)])
  }

  private func putBlock(_ request: FakeRequest, _ container: String, _ key: KeyBytes) throws(S3Error) -> HTTPResponse {
    guard let id = request["blockid"], (1...64).contains(Base64Text.decoded(id)?.count ?? 0) else {
      throw S3Error(400, "InvalidQueryParameterValue", "blockid")
    }
    let body = request.body
    let isOneLength = blocks.withLock { blocks in
      let place = Place(container: container, key: key)
      guard blocks[place]?.keys.allSatisfy({ $0.utf8.count == id.utf8.count }) ?? true else { return false }
      blocks[place, default: [:]][id] = body
      return true
    }
    guard isOneLength else {
      throw S3Error(400, "InvalidBlobOrBlock", "The specified blob or block content is invalid.")
    }
    return HTTPResponse(status: 201)
  }

  /// Makes a blob of blocks; those that are not named are gone.
  private func nameBlocks(_ request: FakeRequest, _ container: String, _ key: KeyBytes) throws(S3Error) -> HTTPResponse {
    guard let root = try? XMLReader.read(request.body), root.name == "BlockList" else {
      throw S3Error(400, "InvalidXmlDocument", "XML specified is not syntactically valid.")
    }
    let place = Place(container: container, key: key)
    let kept = blocks.withLock { $0[place] ?? [:] }
    var bytes: [UInt8] = []
    for child in root.children {
      guard child.name == "Latest" || child.name == "Uncommitted", let block = kept[child.text] else {
        throw S3Error(400, "InvalidBlockList", "The specified block list is invalid.")
      }
      bytes += block
    }
    let response = try finish(bytes, request, container, key)
    blocks.withLock { $0[place] = nil }
    return response
  }

  private func copy(
    _ request: FakeRequest, _ source: String, _ container: String, _ key: KeyBytes
  ) throws(S3Error) -> HTTPResponse {
    let start = request.endpoint + "/" + options.account + "/"
    guard source.hasPrefix(start) else { throw S3Error(400, "CannotVerifyCopySource", "another account") }
    let path = source.dropFirst(start.count).prefix { $0 != "?" }
    let parts = path.split(separator: "/", maxSplits: 1)
    guard parts.count == 2, let name = PercentEncoding.decoded(parts[1]),
      let object = table.object(String(parts[0]), KeyBytes(name))
    else { throw S3Error(404, "BlobNotFound", "The specified blob does not exist.") }
    let copy = try store(
      object.withBytes { Array($0) }, container, key, object.contentType, condition(request), request.now)
    let looks = options.pendingCopyLooks
    if looks > 0 { pendingCopies.withLock { $0[Place(container: container, key: key)] = looks } }
    return HTTPResponse(
      status: 202,
      headers: [
        ("ETag", copy.entityTag), ("x-ms-copy-id", "fake"), ("x-ms-copy-status", looks > 0 ? "pending" : "success"),
      ])
  }

  // MARK: List Blobs

  func list(_ request: FakeRequest, _ container: String) throws(S3Error) -> HTTPResponse {
    let prefix = KeyBytes(request["prefix"] ?? "")
    let delimiter = Array((request["delimiter"] ?? "").utf8)
    var after: KeyBytes?
    if let marker = request["marker"], !marker.isEmpty {
      guard marker.hasPrefix("1!"), let bytes = PercentEncoding.decoded(marker.dropFirst(2)) else {
        throw S3Error(400, "OutOfRangeInput", "marker")
      }
      after = KeyBytes(bytes)
    }
    let limit = min(request["maxresults"].flatMap { Int($0) } ?? 5000, options.pageLength)
    let all = table.objects(container, prefix: prefix, from: after ?? prefix, limit: .max)
    let page = ListedPage(all, prefix: prefix, delimiter: delimiter, after: after, limit: limit)
    var xml = XMLWriter()
    xml.element("EnumerationResults", attributes: " ServiceEndpoint=\"\(request.endpoint)\"") { xml in
      xml.element("Prefix", prefix.text)
      xml.element("Blobs") { xml in
        for object in page.objects {
          xml.element("Blob") { xml in
            xml.element("Name", object.key.text)
            xml.element("Properties") { xml in
              xml.element("Last-Modified", object.modified.httpDate)
              // Without quotes, as the service has it.
              xml.element("Etag", object.entityTag.filter { $0 != "\"" })
              xml.element("Content-Length", "\(object.byteCount)")
              xml.element("BlobType", "BlockBlob")
            }
          }
        }
        for prefix in page.prefixes {
          xml.element("BlobPrefix") { xml in xml.element("Name", prefix.text) }
        }
      }
      xml.element(
        "NextMarker", page.last.map { "1!" + PercentEncoding.encoded($0.bytes, keepingSlashes: false) } ?? "")
    }
    return HTTPResponse(status: 200, headers: [("Content-Type", "application/xml")], body: .bytes(xml.bytes))
  }
}
