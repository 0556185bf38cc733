import BinaryIO
import Synchronization

/// A file that is filled again and again, for readers that map files. Its directory goes with the process that made it.
final class ScratchFile: Sendable {
  let path: String
  private let file: Mutex<FileDescriptor>

  init(_ name: String) throws {
    let random = String(UInt64.random(in: 0 ... .max), radix: 36)
    path = "\(FileSystem.temporaryDirectory)/streaming-fuzz-\(name)-\(random)"
    file = Mutex(try FileDescriptor.open(path, .createNew))
  }

  deinit { _ = try? FileSystem.remove(path) }

  /// Maps a file of these bytes. A mapping of before must be gone: its pages may not be there any more.
  ///
  /// One file, never replaced nor emptied: ext4 writes a file that takes another's place to the device at once, which makes
  /// a run of many inputs wait for the disk.
  func map(_ bytes: [UInt8]) throws -> MappedFile {
    try fill(bytes)
    return try MappedFile(path: path)
  }

  /// Fills the file with these bytes.
  func fill(_ bytes: [UInt8]) throws {
    try file.withLock { file in
      try file.write(bytes.span.bytes, at: 0)
      try file.resize(to: bytes.count)
    }
  }
}
