internal import BinaryIO
internal import Synchronization

/// A file's bytes from the start to the end, decompressed when it is compressed; or the standard input's.
///
/// gzip, bzip2, xz, zstd and lz4 are told by the first bytes, not by the name. The standard input is read as it is.
public final class ByteStream: Sendable {
  private enum Source: ~Copyable {
    case file(FileDescriptor)
    case pipe(FileDescriptor)
    case archive(ArchiveHandle)
  }

  private struct State: ~Copyable {
    let source: Source
    var readByteCount = 0
  }

  /// The bytes of the whole file as it is stored; nil for the standard input and other pipes.
  public let fileByteCount: Int?
  /// The path, `standard input` for that.
  public let file: String
  private let state: Mutex<State>

  /// Opens a file, or the standard input for `-`.
  /// - Throws: ``ArchiveError`` `.unreadable`, `.damaged`, `.outOfMemory`.
  public init(path: String) throws(ArchiveError) {
    file = path == "-" ? "standard input" : path
    fileByteCount = try ArchiveReader.fileByteCount(path)
    let isCompressed: Bool
    let descriptor: FileDescriptor
    do throws(FileError) {
      isCompressed = fileByteCount == nil ? false : try StreamCompression(of: path) != nil
      descriptor = try FileDescriptor.open(path == "-" ? "/dev/stdin" : path, .read)
    } catch {
      throw .unreadable(error)
    }
    let source: Source
    if isCompressed {
      source = .archive(try Self.archive(path))
    } else {
      source = fileByteCount == nil ? .pipe(descriptor) : .file(descriptor)
    }
    state = Mutex(State(source: source))
  }

  private static func archive(_ path: String) throws(ArchiveError) -> ArchiveHandle {
    let handle = try ArchiveHandle(path: path, content: .bytes)
    _ = try handle.nextHeader()
    return handle
  }

  /// Bytes of the file as it is stored that were read so far, for a progress line.
  public var readByteCount: Int { state.withLock { $0.readByteCount } }

  /// Up to `count` of the next bytes, at least one; none at the end. Blocks for a pipe.
  /// - Throws: ``ArchiveError`` `.unreadable`, `.damaged`.
  public func read(count: Int) throws(ArchiveError) -> [UInt8] {
    try state.withLock { state throws(ArchiveError) in
      let bytes: [UInt8]
      switch state.source {
      case .file(let descriptor):
        do throws(FileError) { bytes = try descriptor.read(count: count, at: state.readByteCount) } catch {
          throw .unreadable(error)
        }
        state.readByteCount += bytes.count
      case .pipe(let descriptor):
        do throws(FileError) { bytes = try descriptor.readNext(upTo: count) } catch { throw .unreadable(error) }
        state.readByteCount += bytes.count
      case .archive(let handle):
        bytes = try handle.read(count: count, member: nil)
        state.readByteCount = handle.readByteCount
      }
      return bytes
    }
  }
}
