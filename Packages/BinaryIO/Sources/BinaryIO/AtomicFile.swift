import SystemLibC
import Synchronization

/// A file that appears under its name whole or not at all.
///
/// Bytes go to a temporary file of a unique name beside it, which `commit` renames; a value that goes away without
/// `commit` removes it. Temporary names end in `.<process>-<number>.tmp`, so leftovers of a killed process are known by
/// their pattern. A hidden one has no name at all before `commit`, so that nothing is left of it however the process
/// ends. Not for use from two threads at once.
public struct AtomicFile: ~Copyable, Sendable {
  /// The name that the file gets.
  public let path: String
  /// The name it has until then, unless it is hidden.
  public let temporaryPath: String
  /// Bytes written so far.
  public private(set) var byteCount = 0
  private let file: FileDescriptor
  private var isNamed: Bool
  private var isCommitted = false

  private static let counter = Atomic<UInt64>(0)

  /// Opens the temporary file in the directory of `path`, which must exist.
  /// - Parameter hidden: whether it is to have no name before `commit`. Where the file system knows no such files, as
  ///   some network file systems and those of macOS, it has one all the same.
  /// - Throws: ``FileError`` when it can't be made.
  public init(replacing path: String, hidden: Bool = false) throws(FileError) {
    let number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
    let temporary = "\(path).\(getpid())-\(number).tmp"
    // A process of the same number may have been killed here before: its leftover is nobody's.
    try FileSystem.remove(temporary)
    let file = try Self.open(temporary, besides: path, hidden: hidden)
    isNamed = file.path == temporary
    self.file = file
    self.path = path
    self.temporaryPath = temporary
  }

  private static func open(
    _ temporary: String, besides path: String, hidden: Bool
  ) throws(FileError) -> FileDescriptor {
    // Where there is no unnamed file, for whatever reason, the named one tells whether it was a reason to fail.
    if hidden, let file = FileDescriptor.openUnnamed(besides: path) { return file }
    return try FileDescriptor.open(temporary, .createNew)
  }

  deinit {
    if isNamed, !isCommitted { unlink(temporaryPath) }
  }

  /// Appends bytes. Blocks on the file system.
  public mutating func write(_ bytes: RawSpan) throws(FileError) {
    try file.write(bytes, at: byteCount)
    byteCount += bytes.byteCount
  }

  /// Gives the file its name, replacing what had it.
  /// - Parameter synchronize: wait until content and name are on the device.
  public consuming func commit(synchronize: Bool = false) throws(FileError) {
    if synchronize { try file.synchronize() }
    let hasName = isNamed ? false : try takeFreeName()
    if !hasName { try FileSystem.rename(temporaryPath, to: path) }
    isCommitted = true
    if synchronize { try FileSystem.synchronizeDirectory(FileSystem.parentDirectory(of: path)) }
  }

  /// Gives a hidden file its name where nothing has it, else the temporary one; returns whether it has its own.
  private mutating func takeFreeName() throws(FileError) -> Bool {
    var failure = nameUnnamedFile(file.number, path)
    if failure == 0 { return true }
    if failure == EEXIST { failure = nameUnnamedFile(file.number, temporaryPath) }
    guard failure == 0 else { throw FileError(path: path, doing: "give the file its name", errno: failure) }
    isNamed = true
    return false
  }
}
