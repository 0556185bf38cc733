import BinaryIO
import SystemLibC

/// A file with secrets: readable for its owner alone, replaced whole.
enum PrivateFile {
  /// Replaces a file, or makes it. Blocks on the file system.
  static func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    var file = try AtomicFile(replacing: path)
    // Nothing is in it yet.
    _ = chmod(file.temporaryPath, 0o600)
    try file.write(bytes.span.bytes)
    try file.commit()
  }
}
