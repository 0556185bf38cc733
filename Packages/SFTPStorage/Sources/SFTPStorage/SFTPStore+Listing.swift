import BinaryIO
import HTTPTransport
public import ObjectStorage

extension SFTPStore {
  /// Lists folders one by one, all on one page.
  /// - Throws: `.tooLarge` past a million entries, `.unsupported` for other delimiters than the slash.
  public func list(
    _ prefix: String, delimiter: String?, after token: String?
  ) async throws(ObjectStoreError) -> ListPage {
    var unusableCount = 0
    var page = try await FolderListing.page(prefix, delimiter: delimiter, url: url) { folder throws(ObjectStoreError) in
      try await self.entries(of: folder, &unusableCount)
    }
    page.unusableKeyCount += unusableCount
    return page
  }

  /// What is in one folder; nothing where there is no such folder.
  private func entries(
    of folder: String, _ unusableCount: inout Int
  ) async throws(ObjectStoreError) -> [FolderListing.Entry] {
    let answer: SSHAnswer
    do throws(ObjectStoreError) {
      answer = try await perform(.list, folder.isEmpty ? "/" : "/\(folder)/")
    } catch {
      guard error.code == .notFound else { throw error }
      return []
    }
    var entries: [FolderListing.Entry] = []
    for line in answer.body.split(separator: 0x0A) {
      guard let found = SFTPLine(line) else {
        throw ObjectStoreError(
          .unusableAnswer, url: url(folder), detail: "expected lines as `ls -l` writes them, found another form",
          remedy: "check what server answers there")
      }
      guard found.name != ".", found.name != ".." else { continue }
      guard let name = found.name, !name.contains("/") else {
        unusableCount += 1
        continue
      }
      let path = folder.isEmpty ? name : folder + "/" + name
      switch found.kind {
      case .folder: entries.append(.init(path: path, isFolder: true, byteCount: 0, modified: nil))
      case .file:
        if LocalStore.isUnfinished(name) { continue }
        entries.append(.init(path: path, isFolder: false, byteCount: found.byteCount, modified: nil))
      case .link:
        // Links to files are files; links to folders are not followed, they may lead in a circle.
        guard let key = try? ObjectKey(parsing: path), let info = try await target(of: key) else { continue }
        entries.append(.init(path: path, isFolder: false, byteCount: info.byteCount, modified: info.modified))
      case .other: continue
      }
    }
    return entries
  }

  /// The file that a link leads to; nil for a folder and for nothing.
  private func target(of key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo? {
    do throws(ObjectStoreError) {
      return try await head(key)
    } catch {
      if error.code == .notFound { return nil }
      throw error
    }
  }
}

/// A line of a folder's listing: `-rw-r--r--    1 user     group        17 Nov 24 21:00 name`.
struct SFTPLine {
  enum Kind: Sendable, Hashable { case file, folder, link, other }

  let kind: Kind
  let byteCount: Int
  /// Nil when it is no UTF-8.
  let name: String?

  /// Reads a line; nil for another form.
  init?(_ line: ArraySlice<UInt8>) {
    var rest = line
    var fields: [ArraySlice<UInt8>] = []
    while fields.count < 8 {
      rest = rest.drop { $0 == 0x20 }
      let field = rest.prefix { $0 != 0x20 }
      guard !field.isEmpty else { return nil }
      fields.append(field)
      rest = rest.dropFirst(field.count)
    }
    guard rest.first == 0x20, fields[0].count >= 10, let size = decimal(String(decoding: fields[4], as: UTF8.self)) else {
      return nil
    }
    byteCount = size
    rest = rest.dropFirst()
    switch fields[0].first {
    case 0x2D: kind = .file
    case 0x64: kind = .folder
    case 0x6C:
      kind = .link
      // What it leads to stands behind an arrow.
      let arrow = Array(" -> ".utf8)
      if let end = rest.indices.first(where: { rest[$0...].starts(with: arrow) }) { rest = rest[..<end] }
    default: kind = .other
    }
    guard !rest.isEmpty else { return nil }
    name = String(validating: rest, as: UTF8.self)
  }
}
