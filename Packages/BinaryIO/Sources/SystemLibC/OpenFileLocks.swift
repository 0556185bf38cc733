// Locks that belong to an open file, not to a process: the kernel drops them with the last descriptor, even after kill -9.
// The importer does not see the commands (glibc hides them behind a feature macro), so their numbers stand here.

#if canImport(Darwin)
  private let setLock: CInt = 90
  private let setLockWaiting: CInt = 91
  private let getLock: CInt = 92
#else
  private let setLock: CInt = 37
  private let setLockWaiting: CInt = 38
  private let getLock: CInt = 36
#endif

/// Locks one byte of an open file for this descriptor alone. Returns 0, or the system's error number.
public func lockOpenFile(_ descriptor: CInt, at byteOffset: Int, exclusively: Bool, waiting: Bool) -> CInt {
  change(descriptor, byteOffset, CInt(exclusively ? F_WRLCK : F_RDLCK), waiting ? setLockWaiting : setLock)
}

/// Releases one byte. Returns 0, or the system's error number.
public func unlockOpenFile(_ descriptor: CInt, at byteOffset: Int) -> CInt {
  change(descriptor, byteOffset, CInt(F_UNLCK), setLock)
}

/// Releases all bytes of an open file.
public func unlockOpenFile(_ descriptor: CInt) {
  var lock = oneByte(at: 0, CInt(F_UNLCK))
  lock.l_len = 0
  _ = fcntl(descriptor, setLock, &lock)
}

/// Whether another open file has a lock on the byte, of any kind.
public func isOpenFileLocked(_ descriptor: CInt, at byteOffset: Int) -> Bool {
  var lock = oneByte(at: byteOffset, CInt(F_WRLCK))
  guard fcntl(descriptor, getLock, &lock) == 0 else { return false }
  return CInt(lock.l_type) != CInt(F_UNLCK)
}

/// The first byte of a lock that another open file has in a range, any one of several; nil when there is none.
public func lockedByte(_ descriptor: CInt, in byteOffsets: Range<Int>) -> Int? {
  var lock = oneByte(at: byteOffsets.lowerBound, CInt(F_WRLCK))
  lock.l_len = off_t(byteOffsets.count)
  guard fcntl(descriptor, getLock, &lock) == 0, CInt(lock.l_type) != CInt(F_UNLCK) else { return nil }
  return Int(lock.l_start)
}

private func change(_ descriptor: CInt, _ byteOffset: Int, _ type: CInt, _ command: CInt) -> CInt {
  var lock = oneByte(at: byteOffset, type)
  return fcntl(descriptor, command, &lock) == 0 ? 0 : errno
}

private func oneByte(at byteOffset: Int, _ type: CInt) -> flock {
  var lock = flock()
  lock.l_type = numericCast(type)
  lock.l_whence = numericCast(SEEK_SET)
  lock.l_start = off_t(byteOffset)
  lock.l_len = 1
  return lock
}
