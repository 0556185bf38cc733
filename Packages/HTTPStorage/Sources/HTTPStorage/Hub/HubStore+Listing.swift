import BinaryIO
import HTTPTransport
public import ObjectStorage
import PythonJSON

extension HubStore {
  /// The most entries that one listing reads.
  static let entryLimit = 1_000_000

  /// Lists what the tree API tells, all on one page: the Hub's pages are not in the order of the names.
  /// - Throws: `.tooLarge` past a million entries.
  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    guard delimiter == nil || delimiter == "/" || delimiter == "" else {
      throw ObjectStoreError(
        .unsupported, url: "\(address)/\(prefix)", detail: "the Hub folds at slashes only",
        remedy: "list with the delimiter /")
    }
    let folds = delimiter == "/"
    // The part of the prefix up to its last slash is the only folder to look into.
    let folder = prefix.utf8.lastIndex(of: 0x2F).map { String(prefix[..<$0]) } ?? ""
    guard folder.isEmpty || (try? ObjectKey(parsing: folder))?.isFilePath == true else { return ListPage() }
    var entries = HubEntries(prefix: prefix)
    var next: HTTPURL? = treeURL(folder, isRecursive: !folds)
    while let url = next {
      let (response, _) = try await client.exchange(
        HTTPRequest(.get, url), confidential: confidentialHeaders, for: "\(address)/\(folder)",
        answerLimit: .megabytes(16))
      let isMissing = response.head.status == 404 && response.head.headers["X-Error-Code"] == "EntryNotFound"
      if isMissing { break }
      guard response.head.isSuccess else { throw error(response, folder) }
      do throws(JSONError) {
        try entries.add(JSONValue(parsing: response.body.span.bytes))
      } catch {
        throw unusable(folder, "\(error)")
      }
      guard entries.count <= Self.entryLimit else {
        throw ObjectStoreError(
          .tooLarge, url: "\(address)/\(folder)", detail: "expected at most \(Self.entryLimit) entries, found more",
          remedy: "list a folder of it")
      }
      next = try nextPage(response.head, from: url, folder)
    }
    return entries.page(folds: folds)
  }

  private func treeURL(_ folder: String, isRecursive: Bool) -> HTTPURL {
    var url = place("api/datasets", "tree")
    if !folder.isEmpty { url = url.appending(path: folder) }
    url.encodedQuery = PercentEncoding.encodedQuery([
      (name: "recursive", value: isRecursive ? "true" : "false"), (name: "expand", value: "false"),
    ])
    return url
  }

  /// The address that `Link: <…>; rel="next"` names; it must be the Hub's.
  private func nextPage(
    _ head: HTTPResponseHead, from url: HTTPURL, _ folder: String
  ) throws(ObjectStoreError) -> HTTPURL? {
    guard let value = head.headers["Link"] else { return nil }
    for link in value.split(separator: ",") {
      guard let open = link.firstIndex(of: "<"), let close = link.firstIndex(of: ">"), open < close,
        link[close...].contains("rel=\"next\"")
      else { continue }
      let target = try url.resolving(location: String(link[link.index(after: open)..<close]))
      guard target.hasOrigin(of: options.endpoint), target != url else {
        throw unusable(folder, "expected the next page at the Hub, found it elsewhere")
      }
      return target
    }
    return nil
  }

  private func unusable(_ folder: String, _ detail: String) -> ObjectStoreError {
    ObjectStoreError(.unusableAnswer, url: "\(address)/\(folder)", detail: detail)
  }
}

/// Entries of the tree API as they come, and the page that they make.
struct HubEntries {
  let prefix: String
  private(set) var count = 0
  private var objects: [ObjectInfo] = []
  private var prefixes: [String] = []
  private var unusableKeyCount = 0

  init(prefix: String) { self.prefix = prefix }

  /// - Throws: ``JSONError`` when it is no array of entries.
  mutating func add(_ page: JSONValue) throws(JSONError) {
    guard let entries = page.array else {
      throw JSONError(.unexpectedByte, at: 0, expected: "an array of entries", found: page.kind)
    }
    for entry in entries {
      guard let path = entry["path"]?.string, let type = entry["type"]?.string else {
        throw JSONError(.unexpectedByte, at: 0, expected: "path and type of each entry", found: "one without")
      }
      count += 1
      guard path.utf8.starts(with: prefix.utf8) || (path + "/").utf8.starts(with: prefix.utf8) else { continue }
      if type == "directory" {
        if (path + "/").utf8.count > prefix.utf8.count { prefixes.append(path + "/") }
        continue
      }
      guard path.utf8.starts(with: prefix.utf8) else { continue }
      // For a file that is kept elsewhere, `lfs` tells of the file and the rest of its pointer.
      let lfs = entry["lfs"]
      guard let size = lfs?["size"]?.int ?? entry["size"]?.int, size >= 0 else {
        throw JSONError(.unexpectedByte, at: 0, expected: "the size of each file", found: "a file without")
      }
      guard let key = try? ObjectKey(parsing: path) else {
        unusableKeyCount += 1
        continue
      }
      let tag = (lfs?["oid"] ?? entry["oid"])?.string
      objects.append(ObjectInfo(key: key, byteCount: size, entityTag: tag.map { "\"\($0)\"" }))
    }
  }

  func page(folds: Bool) -> ListPage {
    ListPage(
      objects: objects.sorted { $0.key < $1.key },
      prefixes: folds ? prefixes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : [],
      unusableKeyCount: unusableKeyCount)
  }
}
