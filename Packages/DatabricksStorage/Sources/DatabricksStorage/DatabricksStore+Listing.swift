import BinaryIO
import HTTPTransport
public import ObjectStorage
import PythonJSON

extension DatabricksStore {
  /// The most entries that one listing reads.
  static let entryLimit = 1_000_000

  /// Lists folders one by one, all on one page: the API lists a single folder.
  /// - Throws: `.tooLarge` past a million entries, `.unsupported` for other delimiters than the slash.
  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    guard delimiter == nil || delimiter == "/" || delimiter == "" else {
      throw ObjectStoreError(
        .unsupported, url: url(prefix), detail: "folders fold at slashes only", remedy: "list with the delimiter /")
    }
    let folds = delimiter == "/"
    let start = prefix.utf8.lastIndex(of: 0x2F).map { String(prefix[..<$0]) } ?? ""
    guard start.isEmpty || (try? ObjectKey(parsing: start))?.isFilePath == true else { return ListPage() }
    var page = ListPage()
    var folders = [start]
    var count = 0
    while let folder = folders.popLast() {
      for entry in try await entries(of: folder) {
        count += 1
        guard count <= Self.entryLimit else {
          throw ObjectStoreError(
            .tooLarge, url: url(prefix), detail: "expected at most \(Self.entryLimit) entries, found more",
            remedy: "list a folder of it")
        }
        let below = entry.path + "/"
        if entry.isFolder {
          let isInside = below.utf8.starts(with: prefix.utf8)
          guard isInside || prefix.utf8.starts(with: below.utf8) else { continue }
          if folds, isInside, below.utf8.count > prefix.utf8.count {
            page.prefixes.append(below)
          } else {
            folders.append(entry.path)
          }
        } else if entry.path.utf8.starts(with: prefix.utf8) {
          guard let key = try? ObjectKey(parsing: entry.path) else {
            page.unusableKeyCount += 1
            continue
          }
          page.objects.append(ObjectInfo(key: key, byteCount: entry.byteCount, modified: entry.modified))
        }
      }
    }
    page.objects.sort { $0.key < $1.key }
    page.prefixes.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return page
  }

  private struct Entry {
    /// Below `/Volumes/`.
    let path: String
    let isFolder: Bool
    let byteCount: Int
    let modified: UnixTime?
  }

  /// What is in one folder, over all pages of the API; nothing where there is no such folder.
  private func entries(of folder: String) async throws(ObjectStoreError) -> [Entry] {
    var entries: [Entry] = []
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
        entries.append(Entry(path: name, isFolder: isFolder, byteCount: byteCount, modified: modified))
      }
      let next = value["next_page_token"]?.string ?? ""
      guard next.isEmpty || next != token, entries.count <= Self.entryLimit else {
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
