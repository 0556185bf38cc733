import BinaryIO
import HTTPTransport
public import ObjectStorage
import PythonJSON

extension GCSStore {
  static let objectFields = "name,size,generation,updated,crc32c"

  /// The description in an answer's JSON.
  func objectInfo(_ response: HTTPResponse, _ key: ObjectKey) throws(ObjectStoreError) -> ObjectInfo {
    let value = try json(response, url(of: key))
    guard let info = Self.info(value, key) else {
      throw ObjectStoreError(
        .unusableAnswer, url: url(of: key), status: response.head.status,
        detail: "expected size and generation of the object, found none that can be read")
    }
    return info
  }

  /// What the headers of an object's bytes tell.
  func mediaInfo(_ head: HTTPResponseHead, _ key: ObjectKey) throws(ObjectStoreError) -> ObjectInfo {
    var info = try head.objectInfo(of: key, at: url(of: key))
    info.entityTag = head.headers["x-goog-generation"]
    return info
  }

  /// The CRC-32C of the whole object, where the service tells it and has not changed the bytes.
  func storedChecksum(_ head: HTTPResponseHead) -> UInt32? {
    guard head.status == 200, head.headers["x-goog-stored-content-encoding"] ?? "identity" == "identity" else {
      return nil
    }
    for field in head.headers.fields where field.name.lowercased() == "x-goog-hash" {
      for part in field.value.split(separator: ",") {
        let text = part.drop { $0 == " " }
        if text.hasPrefix("crc32c=") { return Checksum.value(ofBase64: text.dropFirst(7)) }
      }
    }
    return nil
  }

  /// Lists one page by the JSON API.
  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    try await page(prefix, delimiter, after: token, from: nil)
  }

  /// Lists one page from a key on; the service starts there.
  public func list(
    _ prefix: String, delimiter: String?, startingAfter start: ObjectKey, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    var page = try await page(prefix, delimiter, after: token, from: start)
    page.objects.removeAll { $0.key == start }
    // A folder that ends before the start, or holds it, has been told already or is behind.
    page.prefixes.removeAll { !start.text.utf8.lexicographicallyPrecedes($0.utf8) }
    return page
  }

  private func page(
    _ prefix: String, _ delimiter: String?, after token: String?, from start: ObjectKey?
  ) async throws(ObjectStoreError) -> ListPage {
    var request = request(.get, nil)
    request.query = [("fields", "items(\(Self.objectFields)),prefixes,nextPageToken"), ("maxResults", "1000")]
    if !prefix.isEmpty { request.query.append(("prefix", prefix)) }
    if let delimiter, !delimiter.isEmpty { request.query.append(("delimiter", delimiter)) }
    if let token { request.query.append(("pageToken", token)) }
    if let start { request.query.append(("startOffset", start.text)) }
    let address = "gs://\(bucket)/\(prefix)"
    let value = try json(try await exchange(request, answerLimit: .megabytes(16)), address)
    var page = ListPage(nextToken: value["nextPageToken"]?.string)
    for item in value["items"]?.array ?? [] {
      guard let name = item["name"]?.string else { throw unusableListing(address) }
      guard let key = try? ObjectKey(parsing: name) else {
        page.unusableKeyCount += 1
        continue
      }
      guard let info = Self.info(item, key) else { throw unusableListing(address) }
      page.objects.append(info)
    }
    for prefix in value["prefixes"]?.array ?? [] {
      guard let text = prefix.string else { throw unusableListing(address) }
      page.prefixes.append(text)
    }
    return page
  }

  private func unusableListing(_ address: String) -> ObjectStoreError {
    ObjectStoreError(
      .unusableAnswer, url: address, detail: "expected name, size and generation of each object, found others")
  }

  /// Numbers are texts in Google's JSON.
  private static func info(_ value: JSONValue, _ key: ObjectKey) -> ObjectInfo? {
    guard let size = value["size"]?.string.flatMap({ decimal($0) }),
      let generation = value["generation"]?.string, decimal(generation) != nil
    else { return nil }
    return ObjectInfo(
      key: key, byteCount: size, entityTag: generation,
      modified: value["updated"]?.string.flatMap { UnixTime(iso8601: $0) })
  }

  func json(_ response: HTTPResponse, _ address: String) throws(ObjectStoreError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue(parsing: response.body.span.bytes, limits: JSONLimits(depth: 32))
    } catch {
      throw ObjectStoreError(
        .unusableAnswer, url: address, status: response.head.status, detail: "\(error)",
        remedy: "check that the endpoint is Google's or an emulator of it")
    }
  }
}
