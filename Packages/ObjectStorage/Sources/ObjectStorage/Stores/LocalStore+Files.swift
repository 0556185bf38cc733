import BinaryIO
import SystemLibC

/// A file that is being read, kept open between pieces.
final class OpenFile: Sendable {
  let status: FileStatus
  let source: FileSource
  private let path: String

  init(_ path: String) throws(FileError) {
    let file = try FileDescriptor.open(path, .read)
    let status = try file.status()
    guard status.kind == .file else { throw FileError(path: path, doing: "find the file", errno: ENOENT) }
    self.path = path
    self.status = status
    source = FileSource(file, range: 0..<status.byteCount)
  }

  /// Hands a part of the file to the sink.
  func copy(_ part: Range<Int>, into sink: any ByteSink, describing info: ObjectInfo) throws(ObjectStoreError)
  {
    var offset = part.lowerBound
    while offset < part.upperBound {
      let piece: [UInt8]
      do throws(ObjectStoreError) {
        piece = try source.bytes(at: offset, count: min(1 << 20, part.upperBound - offset))
      } catch {
        throw ObjectStoreError(
          .interrupted, url: path, detail: error.detail, remedy: error.remedy, cause: error.cause)
      }
      try sink.write(piece.span.bytes)
      offset += piece.count
    }
  }

  /// Refuses bytes of a file that was written to while it was read: they may be of both versions.
  func checkUnchanged(_ info: ObjectInfo) throws(ObjectStoreError) {
    let now: FileStatus
    do throws(FileError) {
      now = try source.status()
    } catch {
      throw ObjectStoreError(error)
    }
    guard now.byteCount == status.byteCount, now.modificationTime == status.modificationTime else {
      throw ObjectStoreError(
        .preconditionFailed, url: path,
        detail: "expected an unchanged file, found it written to while it was read",
        remedy: "replace files by renaming, or read when their writer has ended")
    }
  }
}

extension ObjectInfo {
  init(key: ObjectKey, _ status: FileStatus) {
    self.init(
      key: key, byteCount: status.byteCount,
      entityTag: "\"\(status.identity.number)-\(status.modificationTime)-\(status.byteCount)\"",
      modified: UnixTime(nanoseconds: Int64(status.modificationTime)))
  }
}

extension LocalStore {
  /// Writes a whole file under a temporary name, then gives it its name in one step.
  ///
  /// `createOnly` is decided by the file system. `ifMatch` is checked before the bytes are written: of two
  /// writers with the same tag at the same moment, both may succeed.
  static func write(
    _ source: any ByteSource, to path: String, key: ObjectKey, options: PutOptions, synchronize: Bool
  ) throws(ObjectStoreError) -> ObjectInfo {
    let present = try translating { () throws(FileError) in
      let status = try FileSystem.status(of: path)
      if status?.kind == .directory { throw FileError(path: path, doing: "replace it", errno: EISDIR) }
      return status
    }
    try options.check(against: present.map { ObjectInfo(key: key, $0) }, url: path)
    var file = try translating { () throws(FileError) in
      try FileSystem.createDirectory(FileSystem.parentDirectory(of: path))
      return try AtomicFile(replacing: path)
    }
    try source.forEachPiece { piece throws(ObjectStoreError) in
      do throws(FileError) { try file.write(piece) } catch { throw ObjectStoreError(error) }
    }
    let temporary = file.temporaryPath
    let status = try translating { () throws(FileError) in
      guard let status = try FileSystem.status(of: temporary) else {
        throw FileError(path: temporary, doing: "find the file", errno: ENOENT)
      }
      return status
    }
    do throws(FileError) {
      if options.createOnly {
        if synchronize { try FileDescriptor.open(temporary, .read).synchronize() }
        // A link is the one step that takes a name only when it is free. Dropping `file` unlinks the
        // temporary name.
        guard link(temporary, path) == 0 else {
          throw FileError(path: path, doing: "make a new file", errno: errno)
        }
        if synchronize { try FileSystem.synchronizeDirectory(FileSystem.parentDirectory(of: path)) }
      } else {
        try file.commit(synchronize: synchronize)
      }
    } catch {
      throw ObjectStoreError(error)
    }
    return ObjectInfo(key: key, status)
  }

  private static func translating<R: ~Copyable>(
    _ body: () throws(FileError) -> R
  ) throws(ObjectStoreError) -> R {
    do throws(FileError) { return try body() } catch { throw ObjectStoreError(error) }
  }
}
