import BinaryIO
import HTTPTransport
public import ObjectStorage
import PythonJSON

extension DatabricksStore {
  /// Lists folders one by one, all on one page: the API lists a single folder.
  /// - Throws: `.tooLarge` past a million entries, `.unsupported` for other delimiters than the slash.
  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    try await FolderListing.page(prefix, delimiter: delimiter, url: url) { folder throws(ObjectStoreError) in
      try await self.entries(of: folder)
    }
  }

  /// What is in one folder, over all pages of the API; nothing where there is no such folder.
  private func entries(of folder: String) async throws(ObjectStoreError) -> [FolderListing.Entry] {
    var entries: [FolderListing.Entry] = []
    var token: String?
    repeat {
      let path = "api/2.0/fs/directories/Volumes" + (folder.isEmpty ? "" : "/" + PercentEncoding.encodedPath(folder))
      let query = token.map { PercentEncoding.encodedQuery([(name: "page_token", value: $0)]) }
      let response: HTTPResponse
      do throws(ObjectStoreError) {
        response = try await exchange(.get, path, folder, query: query)
      } catch {
        guard error.code == .notFound else { throw error }
        return []
      }
      let value: JSONValue
      do throws(JSONError) {
        value = try JSONValue(parsing: response.body.span.bytes, limits: JSONLimits(depth: 32))
      } catch {
        throw unusable(folder, "\(error)")
      }
      for item in value["contents"]?.array ?? [] {
        guard let path = item["path"]?.string, path.utf8.starts(with: "/Volumes/".utf8),
          let isFolder = item["is_directory"]?.bool
        else { throw unusable(folder, "expected path and is_directory of each entry, found others") }
        let name = String(decoding: path.utf8.dropFirst(9), as: UTF8.self)
        let byteCount = item["file_size"]?.int ?? (isFolder ? 0 : -1)
        // A folder that named itself or its parents would be walked for ever.
        guard byteCount >= 0, name.utf8.count > folder.utf8.count, name.utf8.starts(with: folder.utf8) else {
          throw unusable(folder, "expected entries of this folder with their sizes, found another")
        }
        let modified = item["last_modified"]?.int.flatMap { UnixTime(seconds: Int64($0 / 1000)) }
        entries.append(FolderListing.Entry(path: name, isFolder: isFolder, byteCount: byteCount, modified: modified))
      }
      let next = value["next_page_token"]?.string ?? ""
      guard next.isEmpty || next != token, entries.count <= FolderListing.entryLimit else {
        throw unusable(folder, "expected pages that end, found the same token again")
      }
      token = next.isEmpty ? nil : next
    } while token != nil
    return entries
  }

  private func unusable(_ folder: String, _ detail: String) -> ObjectStoreError {
    ObjectStoreError(.unusableAnswer, url: url(folder), detail: detail, remedy: "check DATABRICKS_HOST")
  }
}
