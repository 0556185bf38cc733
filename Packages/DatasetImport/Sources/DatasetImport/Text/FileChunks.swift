internal import ArchiveReading

/// A file's bytes from the start to the end, through a buffer of fixed size; decompressed, where the file is compressed.
///
/// Copies share the file: of two, one goes on and the other misses what that one took.
struct FileChunks: Sendable {
  private let stream: ByteStream
  private var buffer: [UInt8] = []
  private var index = 0
  private static let chunkByteCount = 1 << 18

  /// Opens a file, or the standard input for `-`. A byte order mark is skipped.
  init(path: String) throws(ImportError) {
    do throws(ArchiveError) { stream = try ByteStream(path: path) } catch { throw ImportError(error) }
    if try peek() == 0xEF, buffer.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// The file in messages.
  var path: String { stream.file }
  /// Bytes of the file as it is stored that were handed to the buffer, of how many.
  var position: (byteCount: Int, of: Int?) { (stream.readByteCount, stream.fileByteCount) }

  /// The next byte without taking it; nil at the end.
  mutating func peek() throws(ImportError) -> UInt8? {
    if index < buffer.count { return buffer[index] }
    do throws(ArchiveError) { buffer = try stream.read(count: Self.chunkByteCount) } catch {
      throw ImportError(error)
    }
    index = 0
    return buffer.first
  }

  /// Takes the byte that ``peek()`` told.
  mutating func skip() { index += 1 }

  /// Takes the bytes up to one of three, or to the end of the buffer, and appends them.
  mutating func take(until first: UInt8, _ second: UInt8, _ third: UInt8, into record: inout [UInt8]) {
    var end = index
    while end < buffer.count, buffer[end] != first, buffer[end] != second, buffer[end] != third { end += 1 }
    record.append(contentsOf: buffer[index..<end])
    index = end
  }
}
