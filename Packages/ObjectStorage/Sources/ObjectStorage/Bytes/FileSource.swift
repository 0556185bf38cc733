public import BinaryIO
import SystemLibC

/// A file, or a part of it, as a source. The file must not change while it is read.
public final class FileSource: ByteSource {
  /// The file's path.
  public let path: String
  public let byteCount: Int
  private let startOffset: Int
  private let file: FileDescriptor

  /// Opens a file.
  /// - Throws: `.localFile` when it can't be opened or is a directory.
  public convenience init(_ path: String) throws(ObjectStoreError) {
    do throws(FileError) {
      let file = try FileDescriptor.open(path, .read)
      let status = try file.status()
      guard status.kind == .file else { throw FileError(path: path, doing: "read the file", errno: EISDIR) }
      self.init(file, range: 0..<status.byteCount)
    } catch {
      throw ObjectStoreError(sinkOrSource: error)
    }
  }

  /// Takes over an open file.
  /// - Parameter range: the bytes of the file to give, inside the file.
  public init(_ file: consuming FileDescriptor, range: Range<Int>) {
    self.path = file.path
    self.byteCount = range.count
    self.startOffset = range.lowerBound
    self.file = file
  }

  /// Size and times of the open file now.
  package func status() throws(FileError) -> FileStatus { try file.status() }

  public func read(at byteOffset: Int, into out: inout OutputSpan<UInt8>) throws(ObjectStoreError) {
    var position = byteOffset
    while position >= 0, position < byteCount, !out.isFull {
      let before = out.count
      var failure: CInt = 0
      let number = file.number
      let place = off_t(startOffset + position)
      let left = byteCount - position
      out.withUnsafeMutableBufferPointer { buffer, count in
        let room = min(buffer.count - count, left)
        // Safe because `room` is at most the free capacity behind `count`; `pread` initializes what it
        // reports.
        let result = pread(number, buffer.baseAddress.map { $0 + count }, room, place)
        if result < 0 { failure = errno } else { count += result }
      }
      if failure == EINTR { continue }
      if failure != 0 {
        throw ObjectStoreError(sinkOrSource: FileError(path: path, doing: "read the file", errno: failure))
      }
      if out.count == before {
        throw ObjectStoreError(
          .localFile, url: path, detail: "expected \(byteCount) bytes, found \(position)",
          remedy: "leave the file alone while it is uploaded")
      }
      position += out.count - before
    }
  }
}
