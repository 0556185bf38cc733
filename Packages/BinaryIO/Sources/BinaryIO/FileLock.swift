import SystemLibC

/// An exclusive lock on one byte of a file, dropped when the value goes away or its process ends, however it ends.
///
/// The byte need not exist: a file of length 0 carries any number of locks, told apart by their offsets. Locks of two
/// values exclude each other also within one process. Works on local file systems and on NFS version 4.
public struct FileLock: ~Copyable, Sendable {
  private let file: FileDescriptor
  private let byteOffset: Int

  private init(file: consuming FileDescriptor, byteOffset: Int) {
    self.file = file
    self.byteOffset = byteOffset
  }

  // Not left to closing the descriptor: a process that was forked meanwhile has a copy of it, which would keep the lock.
  deinit { _ = unlockOpenFile(file.number, at: byteOffset) }

  /// Takes the lock if nobody has it; nil when somebody does. The file is made when absent.
  /// - Throws: ``FileError`` when the file can't be opened or its file system knows no locks.
  public static func tryAcquire(_ path: String, at byteOffset: Int) throws(FileError) -> FileLock? {
    let file = try FileDescriptor.open(path, .create)
    let failure = lockOpenFile(file.number, at: byteOffset, exclusively: true, waiting: false)
    if failure == EAGAIN || failure == EACCES { return nil }
    guard failure == 0 else { throw FileError(path: path, doing: "lock it", errno: failure) }
    return FileLock(file: file, byteOffset: byteOffset)
  }

  /// Takes the lock, blocking the thread until whoever has it lets go or dies.
  /// - Throws: ``FileError`` as ``tryAcquire(_:at:)``.
  public static func acquire(_ path: String, at byteOffset: Int) throws(FileError) -> FileLock {
    let file = try FileDescriptor.open(path, .create)
    while true {
      let failure = lockOpenFile(file.number, at: byteOffset, exclusively: true, waiting: true)
      if failure == 0 { return FileLock(file: file, byteOffset: byteOffset) }
      if failure != EINTR { throw FileError(path: path, doing: "lock it", errno: failure) }
    }
  }
}
