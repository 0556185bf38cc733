import SystemLibC
import Synchronization

/// A file that appears under its name whole or not at all.
///
/// Bytes go to a temporary file of a unique name beside it, which `commit` renames; a value that goes away without
/// `commit` removes it. Temporary names end in `.<process>-<number>.tmp`, so leftovers of a killed process are known by
/// their pattern. Not for use from two threads at once.
public struct AtomicFile: ~Copyable, Sendable {
  /// The name that the file gets.
  public let path: String
  /// The name it has until then.
  public let temporaryPath: String
  /// Bytes written so far.
  public private(set) var byteCount = 0
  private let file: FileDescriptor
  private var isCommitted = false

  private static let counter = Atomic<UInt64>(0)

  /// Opens the temporary file in the directory of `path`, which must exist.
  /// - Throws: ``FileError`` when it can't be made.
  public init(replacing path: String) throws(FileError) {
    let number = Self.counter.wrappingAdd(1, ordering: .relaxed).oldValue
    let temporary = "\(path).\(getpid())-\(number).tmp"
    // A process of the same number may have been killed here before: its leftover is nobody's.
    try FileSystem.remove(temporary)
    let file = try FileDescriptor.open(temporary, .createNew)
    self.path = path
    self.temporaryPath = temporary
    self.file = file
  }

  deinit {
    if !isCommitted { unlink(temporaryPath) }
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
    try FileSystem.rename(temporaryPath, to: path)
    isCommitted = true
    if synchronize { try FileSystem.synchronizeDirectory(FileSystem.parentDirectory(of: path)) }
  }
}
