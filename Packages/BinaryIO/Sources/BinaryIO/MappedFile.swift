import SystemLibC

/// A file mapped into memory, read-only, until the last reference goes.
///
/// Opening costs three system calls and no read; pages come in as they are touched. The mapping stays whole when the
/// file is renamed or unlinked. A file that another process *truncates* loses pages: reading those raises SIGBUS,
/// so bytes of files that others may write are copied through ``GuardedCopy``.
///
/// Sendable: immutable after `init`; any thread may read.
public final class MappedFile: Sendable {
  /// The path it was opened by.
  public let path: String
  /// The file's length in bytes when it was opened.
  public let byteCount: Int
  // Safe because the mapping is read-only, never handed out mutably, and unmapped only in `deinit`.
  nonisolated(unsafe) private let address: UnsafeRawPointer

  /// Maps a regular file. Blocks on the file system.
  /// - Throws: ``FileError`` when the file can't be opened or mapped, `.isADirectory` for a directory.
  public init(path: String) throws(FileError) {
    let file = try FileDescriptor.open(path, .read)
    let status = try file.status()
    guard status.kind == .file else {
      throw FileError(
        status.kind == .directory ? .isADirectory : .other, path: path, expected: "a regular file",
        found: "\(status.kind)", remedy: "name a file")
    }
    self.path = path
    self.byteCount = status.byteCount
    if status.byteCount == 0 {
      self.address = UnsafeRawPointer(Self.emptyPage)
      return
    }
    let mapped = mmap(nil, status.byteCount, PROT_READ, MAP_PRIVATE, file.number, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw FileError(path: path, doing: "map the file into memory", errno: errno)
    }
    self.address = UnsafeRawPointer(mapped)
  }

  deinit {
    // Safe because every view borrows `self`, so none outlives it.
    if byteCount > 0 { munmap(UnsafeMutableRawPointer(mutating: address), byteCount) }
  }

  /// The whole file. A view: it can't outlive this object.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // Safe because `address` covers `byteCount` bytes for the life of `self`.
      let span = UnsafeRawBufferPointer(start: address, count: byteCount).bytes
      return _overrideLifetime(span, borrowing: self)
    }
  }

  /// The address of the first byte, for gathers that keep `self` alive themselves.
  package var baseAddress: UnsafeRawPointer { address }

  /// Tells the kernel how the file is going to be read.
  public func advise(_ advice: Advice) {
    guard byteCount > 0 else { return }
    madvise(UnsafeMutableRawPointer(mutating: address), byteCount, advice.flag)
  }

  /// A hint about the order of reads.
  public enum Advice: Sendable {
    /// Front to back: read ahead.
    case sequential
    /// Anywhere: don't read ahead.
    case random
    /// Soon: start reading now.
    case willNeed

    var flag: CInt {
      switch self {
      case .sequential: CInt(MADV_SEQUENTIAL)
      case .random: CInt(MADV_RANDOM)
      case .willNeed: CInt(MADV_WILLNEED)
      }
    }
  }

  // Safe because nothing is ever read from or written to it: it only gives empty files a non-nil address.
  nonisolated(unsafe) private static let emptyPage = UnsafeMutableRawPointer.allocate(byteCount: 8, alignment: 8)
}
