import BinaryIO
import SystemLibC
import Threading

/// Downloads an object into a file that gets its name when it is complete.
///
/// Until then the bytes lie beside it, under a name made of the object's entity tag: a download that was broken off,
/// be it by the end of the process, goes on where it stopped, and only with the same version of the object.
package struct ResumableDownload: Sendable {
  private let store: any ObjectStore
  private let info: ObjectInfo
  private let path: String

  /// Prepares a download; nothing is read or written.
  /// - Parameter info: the object as `head` or a listing told.
  /// - Parameter path: where the file goes; what is there is replaced, when the new one is complete.
  package init(_ store: any ObjectStore, _ info: ObjectInfo, to path: String) {
    self.store = store
    self.info = info
    self.path = path
  }

  /// Where the bytes are kept until they are all there.
  package var partialPath: String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    let version = "\(info.entityTag ?? "") \(info.byteCount)"
    for byte in version.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return path + "." + String(hash, radix: 16) + ".part"
  }

  /// Downloads what is missing.
  /// - Parameter advance: told the bytes that came, piece by piece; first those that were there already.
  /// - Throws: what `get` throws; `.localFile`.
  package func run(advance: @escaping @Sendable (Int) -> Void = { _ in }) async throws(ObjectStoreError) {
    let partial = partialPath
    let path = path
    let canResume = info.entityTag != nil
    let start = try await Self.blocking { () throws(FileError) in
      try FileSystem.createDirectory(FileSystem.parentDirectory(of: path))
      guard canResume, let status = try FileSystem.status(of: partial), status.kind == .file else {
        try FileSystem.remove(partial)
        return 0
      }
      return status.byteCount
    }
    let done = start <= info.byteCount ? start : 0
    if done > 0 { advance(done) }
    if done < info.byteCount || info.byteCount == 0 {
      let file = try FileSink(path: partial, startOffset: done)
      let sink = TeeSink(file) { bytes in advance(bytes.byteCount) }
      let range = done > 0 ? ByteRange.bytes(done..<info.byteCount) : nil
      _ = try await store.get(
        info.key, options: GetOptions(range: range, ifMatch: info.entityTag), into: sink)
    }
    try await Self.blocking { () throws(FileError) in
      let status = try FileSystem.status(of: partial)
      if status == nil { _ = try FileDescriptor.open(partial, .create) }
      try FileSystem.rename(partial, to: path)
    }
  }

  private static func blocking<R: Sendable>(
    _ body: @escaping @Sendable () throws(FileError) -> R
  ) async throws(ObjectStoreError) -> R {
    do throws(FileError) {
      return try await BlockingPool.shared.run(body)
    } catch {
      throw ObjectStoreError(sinkOrSource: error)
    }
  }
}
