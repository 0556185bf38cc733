import SystemLibC

/// Locks on bytes of one open file, shared or exclusive, all dropped when the value goes away or its process ends.
///
/// Bytes are told apart by offset and need not exist. Two values exclude each other also within one process; within one
/// value a lock replaces the one on the same byte. Any thread may call.
public struct ByteLocks: ~Copyable, Sendable {
  private let file: FileDescriptor

  /// Opens the file, which is made when absent.
  public init(_ path: String) throws(FileError) { file = try FileDescriptor.open(path, .create) }

  // A process that was forked meanwhile has a copy of the descriptor, which would keep the locks.
  deinit { unlockOpenFile(file.number) }

  /// The open file's status: whether `path` still names it, and its length.
  public var status: FileStatus { get throws(FileError) { try file.status() } }

  /// Takes a lock if nobody else has one that excludes it; returns whether it did.
  public func tryLock(at byteOffset: Int, exclusively: Bool) throws(FileError) -> Bool {
    let failure = lockOpenFile(file.number, at: byteOffset, exclusively: exclusively, waiting: false)
    if failure == EAGAIN || failure == EACCES { return false }
    guard failure == 0 else { throw FileError(path: file.path, doing: "lock it", errno: failure) }
    return true
  }

  /// Takes a lock, blocking the thread until nobody else has one that excludes it.
  public func lock(at byteOffset: Int, exclusively: Bool) throws(FileError) {
    while true {
      let failure = lockOpenFile(file.number, at: byteOffset, exclusively: exclusively, waiting: true)
      if failure == 0 { return }
      if failure != EINTR { throw FileError(path: file.path, doing: "lock it", errno: failure) }
    }
  }

  /// Lets go of a byte; nothing happens when it is not locked here.
  public func unlock(at byteOffset: Int) {
    // Unlocking a part of a file can't fail but for want of kernel memory; the lock then goes with the descriptor.
    _ = unlockOpenFile(file.number, at: byteOffset)
  }

  /// Whether somebody else has a lock on the byte, shared or exclusive.
  public func isLockedElsewhere(at byteOffset: Int) -> Bool { isOpenFileLocked(file.number, at: byteOffset) }

  /// The offset of a lock that somebody else has in a range, any one of several; nil when there is none.
  public func lockedElsewhere(in byteOffsets: Range<Int>) -> Int? { lockedByte(file.number, in: byteOffsets) }
}
