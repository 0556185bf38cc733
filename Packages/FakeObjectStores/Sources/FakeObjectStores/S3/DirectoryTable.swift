import BinaryIO
import ObjectStorage
import Synchronization

/// Objects as files: `root/bucket/key`. Every directory in `root` is a bucket.
///
/// Entity tags come from size and time of change: hashing a data set at each start would take too long.
final class DirectoryTable: ObjectTable {
  private let root: String
  /// One writer at a time, so that a condition holds until the write is done.
  private let writing = Mutex(())

  init(root: String, buckets: [String]) throws(FakeServerError) {
    self.root = root
    for bucket in buckets {
      do {
        try FileSystem.createDirectory(root + "/" + bucket)
      } catch {
        throw FakeServerError(
          .directory, expected: "a directory to keep objects in", found: "\(error)",
          remedy: "choose another directory",
          cause: error)
      }
    }
  }

  var tagsByMD5: Bool { false }

  func hasBucket(_ name: String) -> Bool {
    guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else { return false }
    return (try? FileSystem.status(of: root + "/" + name))??.kind == .directory
  }

  var bucketNames: [String] { ((try? FileSystem.list(root)) ?? []).filter(hasBucket) }

  func object(_ bucket: String, _ key: KeyBytes) -> StoredObject? {
    guard let path = path(bucket, key), let file = try? MappedFile(path: path),
      let status = (try? FileSystem.status(of: path)) ?? nil
    else { return nil }
    return StoredObject(.file(file), entityTag: Self.entityTag(status), modified: Self.modified(status))
  }

  func put(
    _ bytes: [UInt8], _ bucket: String, _ key: KeyBytes, entityTag: String?, contentType: String?,
    _ condition: WriteCondition, now: UnixTime
  ) throws(S3Error) -> StoredObject {
    guard let path = path(bucket, key) else {
      throw .invalidArgument("A directory can't hold such a key.", "key", key.text)
    }
    return try writing.withLock { _ throws(S3Error) in
      try condition.check(object(bucket, key), key: key)
      do {
        if let slash = path.lastIndex(of: "/") { try FileSystem.createDirectory(String(path[..<slash])) }
        var file = try AtomicFile(replacing: path)
        try file.write(bytes.span.bytes)
        try file.commit()
      } catch {
        throw S3Error(500, "InternalError", "\(error)")
      }
      guard let object = object(bucket, key) else { throw S3Error(500, "InternalError", "The file is gone.") }
      return object
    }
  }

  func delete(_ bucket: String, _ key: KeyBytes) throws(S3Error) {
    guard let path = path(bucket, key) else { return }
    do {
      _ = try FileSystem.remove(path)
    } catch {
      if error.code != .notFound && error.code != .notADirectory {
        throw S3Error(500, "InternalError", "\(error)")
      }
    }
  }

  func objects(
    _ bucket: String, prefix: KeyBytes, from start: KeyBytes, limit: Int
  ) throws(S3Error) -> [ListedObject] {
    let folder = root + "/" + bucket
    do {
      return try FileSystem.listRecursively(folder).map { KeyBytes($0) }
        .filter { $0.bytes.starts(with: prefix.bytes) && !($0 < start) }.sorted().prefix(limit).compactMap {
          key in
          guard let status = (try? FileSystem.status(of: folder + "/" + key.text)) ?? nil,
            status.kind == .file
          else { return nil }
          return ListedObject(
            key: key, byteCount: status.byteCount, entityTag: Self.entityTag(status),
            modified: Self.modified(status))
        }
    } catch {
      throw S3Error(500, "InternalError", "\(error)")
    }
  }

  /// Where the key's file is; nil for keys that are no relative path, so that nobody leaves the directory.
  private func path(_ bucket: String, _ key: KeyBytes) -> String? {
    guard hasBucket(bucket), let checked = try? ObjectKey(parsing: key.text), checked.isFilePath else {
      return nil
    }
    return root + "/" + bucket + "/" + key.text
  }

  private static func modified(_ status: FileStatus) -> UnixTime {
    UnixTime(nanoseconds: Int64(status.modificationTime))
  }

  private static func entityTag(_ status: FileStatus) -> String {
    "\"\(String(status.modificationTime, radix: 16))-\(String(status.byteCount, radix: 16))\""
  }
}
