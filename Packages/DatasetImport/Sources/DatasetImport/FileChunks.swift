internal import BinaryIO

/// A file's bytes from the start to the end, through a buffer of fixed size. A copy goes on from the same place.
struct FileChunks: Sendable {
  let path: String
  let byteCount: Int
  private let file: OpenFile
  private var buffer: [UInt8] = []
  private var index = 0
  /// Bytes of the file that were handed to the buffer.
  private(set) var offset = 0
  private static let chunkByteCount = 1 << 18

  init(path: String) throws(ImportError) {
    do throws(FileError) {
      let file = try OpenFile(path)
      let status = try file.descriptor.status()
      guard status.kind == .file else {
        throw FileError(
          .isADirectory, path: path, expected: "a regular file", found: "something else",
          remedy: "Name a file")
      }
      self.path = path
      self.file = file
      byteCount = status.byteCount
    } catch {
      throw Self.unreadable(error)
    }
    if try peek() == 0xEF, buffer.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// The next byte without taking it; nil at the end.
  mutating func peek() throws(ImportError) -> UInt8? {
    if index < buffer.count { return buffer[index] }
    do throws(FileError) {
      buffer = try file.descriptor.read(count: Self.chunkByteCount, at: offset)
    } catch {
      throw Self.unreadable(error)
    }
    index = 0
    offset += buffer.count
    return buffer.first
  }

  /// Takes the byte that ``peek()`` told.
  mutating func skip() { index += 1 }

  /// Takes the bytes up to one of two, or to the end of the buffer, and appends them.
  mutating func take(until first: UInt8, _ second: UInt8, _ third: UInt8, into record: inout [UInt8]) {
    var end = index
    while end < buffer.count, buffer[end] != first, buffer[end] != second, buffer[end] != third { end += 1 }
    record.append(contentsOf: buffer[index..<end])
    index = end
  }

  private static func unreadable(_ error: FileError) -> ImportError {
    ImportError(
      .unreadable, file: error.path, expected: error.expected, found: error.found, remedy: error.remedy,
      cause: error)
  }
}

/// Closes its file with its last reference.
private final class OpenFile: Sendable {
  let descriptor: FileDescriptor
  init(_ path: String) throws(FileError) { descriptor = try FileDescriptor.open(path, .read) }
}
