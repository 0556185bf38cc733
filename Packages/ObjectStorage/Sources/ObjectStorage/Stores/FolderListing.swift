/// Listings by prefix of a service that lists one folder at a time.
package enum FolderListing {
  /// What is in a folder.
  package struct Entry: Sendable {
    /// From the store's root on, without a slash at either end.
    let path: String
    let isFolder: Bool
    let byteCount: Int
    let modified: UnixTime?

    package init(path: String, isFolder: Bool, byteCount: Int, modified: UnixTime?) {
      self.path = path
      self.isFolder = isFolder
      self.byteCount = byteCount
      self.modified = modified
    }
  }

  /// The most entries that one listing reads.
  package static let entryLimit = 1_000_000

  /// Reads the folders that can hold such keys, one by one; all on one page.
  /// - Parameter url: the address of a prefix, for messages.
  /// - Parameter entries: what is in a folder, `""` for the root; nothing where there is no such folder.
  /// - Throws: `.tooLarge` past a million entries, `.unsupported` for other delimiters than the slash.
  package static func page(
    _ prefix: String, delimiter: String?, url: (String) -> String,
    entries: (String) async throws(ObjectStoreError) -> [Entry]
  ) async throws(ObjectStoreError) -> ListPage {
    guard delimiter == nil || delimiter == "/" || delimiter == "" else {
      throw ObjectStoreError(
        .unsupported, url: url(prefix), detail: "folders fold at slashes only", remedy: "list with the delimiter /")
    }
    let folds = delimiter == "/"
    let start = prefix.utf8.lastIndex(of: slash).map { String(prefix[..<$0]) } ?? ""
    guard start.isEmpty || (try? ObjectKey(parsing: start))?.isFilePath == true else { return ListPage() }
    var page = ListPage()
    var folders = [start]
    var count = 0
    while let folder = folders.popLast() {
      for entry in try await entries(folder) {
        count += 1
        guard count <= entryLimit else {
          throw ObjectStoreError(
            .tooLarge, url: url(prefix), detail: "expected at most \(entryLimit) entries, found more",
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
}
