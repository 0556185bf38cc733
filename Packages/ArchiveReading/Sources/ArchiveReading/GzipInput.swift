internal import BinaryIO
internal import CArchive
internal import ShardCompression

/// A gzip file as libarchive's input: libarchive's own reader checks neither checksum nor length, this one both.
///
/// One thread at a time: whoever holds the archive.
final class GzipInput {
  private let path: String
  private let reader: PieceReader
  private let buffer: UnsafeMutableRawBufferPointer
  /// Why the content ends too early.
  private(set) var failure: ArchiveError?

  init(path: String) throws(ArchiveError) {
    self.path = path
    let file: MappedFile
    do throws(FileError) { file = try MappedFile(path: path) } catch { throw .unreadable(error) }
    do throws(CodecError) { reader = try PieceReader(.gzip(), file) } catch {
      throw Self.damaged(path, error)
    }
    buffer = .allocate(byteCount: 1 << 18, alignment: 64)
  }

  // Safe because libarchive uses the buffer during its own calls alone, and the archive is gone, or going, by now.
  deinit { buffer.deallocate() }

  var readByteCount: Int { reader.consumedByteCount }

  /// Gives the content to libarchive.
  func open(_ archive: OpaquePointer) -> Int32 {
    // Safe because the handle keeps this object until it has closed the archive, and nothing else calls back.
    archive_read_open(
      archive, Unmanaged.passUnretained(self).toOpaque(), nil,
      { _, context, block in
        guard let context, let block else { return -1 }
        let input = Unmanaged<GzipInput>.fromOpaque(context).takeUnretainedValue()
        let count = input.next()
        block.pointee = UnsafeRawPointer(input.buffer.baseAddress)
        return count
      }, nil)
  }

  /// Reads what follows an archive's end, where the checksum stands.
  /// - Returns: whether the end was reached within `limit` bytes.
  func drain(limit: Int) -> Bool {
    var left = limit
    while left > 0 {
      let count = next()
      if count <= 0 { return true }
      left -= count
    }
    return false
  }

  private func next() -> Int {
    guard failure == nil else { return -1 }
    do throws(CodecError) { return try reader.read(into: buffer) } catch {
      failure = Self.damaged(path, error)
      return -1
    }
  }

  private static func damaged(_ path: String, _ error: CodecError) -> ArchiveError {
    ArchiveError(
      error.code == .outOfMemory ? .outOfMemory : .damaged, file: path, expected: error.expected, found: error.found,
      remedy: "download or write the file again", cause: error)
  }
}
