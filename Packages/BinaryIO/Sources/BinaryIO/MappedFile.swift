internal import CGuardedCopy
import SystemLibC

/// A file mapped into memory, read-only, until the last reference goes.
///
/// Opening costs three system calls and a look at the last page; the others come in as they are touched. The mapping
/// stays whole when the file is renamed or unlinked. A file that another process *truncates* loses pages: reading those
/// raises SIGBUS, so bytes of files that others may write are read within ``guarding(_:)``, or copied through
/// ``GuardedCopy`` and then asked for with ``check()``.
///
/// Sendable: immutable after `init`; any thread may read.
public final class MappedFile: Sendable {
  /// The path it was opened by.
  public let path: String
  /// The file's length in bytes when it was opened.
  public let byteCount: Int
  /// What the file system told about it when it was opened.
  public let status: FileStatus
  // Safe because the mapping is read-only, never handed out mutably, and unmapped only in `deinit`.
  nonisolated(unsafe) private let address: UnsafeRawPointer
  // Safe because it is read and written by atomic operations only, and freed in `deinit`.
  nonisolated(unsafe) private let lost: UnsafeMutablePointer<Int32>
  // By what a cut is noticed that leaves the file's last page. Not C's type: modules that don't see it must know the layout.
  private let tailOffset: Int
  private let tailByte: UInt8

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
    self.status = status
    lost = .allocate(capacity: 1)
    lost.initialize(to: 0)
    if status.byteCount == 0 {
      self.address = UnsafeRawPointer(Self.emptyPage)
      tailOffset = 0
      tailByte = 0
      return
    }
    let mapped = mmap(nil, status.byteCount, PROT_READ, MAP_PRIVATE, file.number, 0)
    guard let mapped, mapped != MAP_FAILED else {
      let failure = errno
      lost.deallocate()
      throw FileError(path: path, doing: "map the file into memory", errno: failure)
    }
    self.address = UnsafeRawPointer(mapped)
    // Safe because the place stays where it is until the access, which begins and ends in there, is over.
    var access = guarded_access(start: address, byte_count: byteCount, lost: lost, outer: nil)
    let tail = guarded_access_tail(&access)
    tailOffset = tail.offset
    tailByte = tail.byte
  }

  deinit {
    // Safe because every view borrows `self`, so none outlives it.
    if byteCount > 0 { munmap(UnsafeMutableRawPointer(mutating: address), byteCount) }
    lost.deallocate()
  }

  /// The whole file. A view: it can't outlive this object.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get {
      // Safe because `address` covers `byteCount` bytes for the life of `self`.
      let span = UnsafeRawBufferPointer(start: address, count: byteCount).bytes
      return _overrideLifetime(span, borrowing: self)
    }
  }

  /// Whether bytes are gone, so that reads may have found zeros in their place.
  ///
  /// Whole pages that go raise SIGBUS, the page in which a file now ends just reads as zeros behind that end; so this looks
  /// at the last byte that was not zero, too. Who copies from the mapping looks here after the copy. No system call.
  public var isCutShort: Bool {
    if byteCount == 0 { return false }
    // Safe because the place stays where it is until the access, which begins and ends in there, is over.
    var access = access
    return guarded_access_is_cut(&access, guarded_tail(offset: tailOffset, byte: tailByte)) != 0
  }

  /// Runs `body`, which may read the file's bytes on this thread, also where another process has cut the file short.
  ///
  /// Costs a few instructions and no system call. Bytes that are gone read as zeros; what `body` made of them is dropped.
  /// - Throws: ``FileError`` `.truncated` when bytes were gone, whatever `body` did; what `body` throws otherwise.
  public func guarding<R>(_ body: (RawSpan) throws -> R) throws -> R {
    let result: R
    do {
      result = try guarded { try body(bytes) }
    } catch {
      try check()
      throw error
    }
    try check()
    return result
  }

  /// The same for a body that has its own way to the bytes; nothing generic, for reads of a few bytes at a time.
  package func guardingReads(_ body: () throws -> Void) throws {
    // Safe because the place stays where it is until the access has ended, in this thread and this function.
    var access = access
    var failure: (any Error)?
    withUnsafeMutablePointer(to: &access) { access in
      guarded_access_begin(access)
      do { try body() } catch { failure = error }
      guarded_access_end(access)
    }
    try check()
    if let failure { throw failure }
  }

  /// Runs `body`, which throws nothing; see ``guarding(_:)``.
  public func guarding<R>(_ body: (RawSpan) -> R) throws(FileError) -> R {
    let result = guarded { body(bytes) }
    try check()
    return result
  }

  /// - Throws: ``FileError`` `.truncated` once bytes were found gone.
  public func check() throws(FileError) {
    if isCutShort { throw cutShort }
  }

  /// An access to all of the mapping, to begin and end in one thread.
  private var access: guarded_access {
    guarded_access(start: address, byte_count: byteCount, lost: lost, outer: nil)
  }

  private var cutShort: FileError {
    FileError(
      .truncated, path: path, expected: "the \(byteCount) bytes that it had when it was opened",
      found: "a file that was cut short since", remedy: "leave the files alone while they are in use")
  }

  private func guarded<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    var access = access
    // Safe because the place stays where it is for the whole closure, in which this thread begins and ends the access.
    return try withUnsafeMutablePointer(to: &access) { access throws(E) in
      guarded_access_begin(access)
      defer { guarded_access_end(access) }
      return try body()
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
