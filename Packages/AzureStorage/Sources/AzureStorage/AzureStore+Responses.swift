import BinaryIO
import HTTPTransport
public import ObjectStorage

extension AzureStore {
  /// Lists one page by List Blobs.
  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    var request = ObjectRequest(.get, key: nil)
    request.query = [("restype", "container"), ("comp", "list")]
    if !prefix.isEmpty { request.query.append(("prefix", prefix)) }
    if let delimiter, !delimiter.isEmpty { request.query.append(("delimiter", delimiter)) }
    if let token { request.query.append(("marker", token)) }
    let response = try await exchange(request, answerLimit: .megabytes(32))
    return try page(response.body, prefix)
  }

  func page(_ body: [UInt8], _ prefix: String) throws(ObjectStoreError) -> ListPage {
    var page = ListPage()
    var rows: [[String: String]] = []
    var row: [String: String] = [:]
    let root: String
    do throws(XMLFlaw) {
      root = try XMLReader.visit(body) { path, text in
        switch path {
        case ["NextMarker"]: page.nextToken = text.isEmpty ? nil : text
        case ["Blobs", "Blob", "Name"]: row["Name"] = text
        case ["Blobs", "Blob"]:
          rows.append(row)
          row = [:]
        case ["Blobs", "BlobPrefix", "Name"]: page.prefixes.append(text)
        case _ where path.count == 4 && path.starts(with: ["Blobs", "Blob", "Properties"]): row[path[3]] = text
        default: break
        }
      }
    } catch {
      throw unusableListing(prefix, "expected XML, found \(error.reason) at byte \(error.byteOffset)")
    }
    guard root == "EnumerationResults" else {
      throw unusableListing(prefix, "expected EnumerationResults, found \(root)")
    }
    for row in rows {
      // Accounts with folders list these too, as empty blobs.
      if row["ResourceType"] == "directory" { continue }
      guard let name = row["Name"], let size = row["Content-Length"].flatMap({ decimal($0) }) else {
        throw unusableListing(prefix, "expected Name and Content-Length of each blob, found a blob without")
      }
      guard let key = try? ObjectKey(parsing: name) else {
        page.unusableKeyCount += 1
        continue
      }
      page.objects.append(
        ObjectInfo(
          key: key, byteCount: size, entityTag: row["Etag"].map { $0.hasPrefix("\"") ? $0 : "\"\($0)\"" },
          modified: row["Last-Modified"].flatMap { UnixTime(httpDate: $0) }))
    }
    return page
  }

  private func unusableListing(_ prefix: String, _ detail: String) -> ObjectStoreError {
    ObjectStoreError(
      .unusableAnswer, url: "\(url(of: nil))/\(prefix)", detail: detail,
      remedy: "check that the endpoint is of Azure Blob Storage")
  }
}
