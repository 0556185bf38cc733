import SystemLibC

/// An open file, closed when the value goes away.
///
/// Every call may block on the file system. Interrupted calls are repeated, short reads and writes are continued.
public struct FileDescriptor: ~Copyable, Sendable {
  /// How to open a file.
  public struct Mode: Sendable {
    let flags: CInt

    /// For reading.
    public static let read = Mode(flags: O_RDONLY)
    /// For reading and writing; the file must exist.
    public static let readWrite = Mode(flags: O_RDWR)
    /// For reading and writing; made when absent, kept when present.
    public static let create = Mode(flags: O_RDWR | O_CREAT)
    /// For reading and writing; made now, an error when present.
    public static let createNew = Mode(flags: O_RDWR | O_CREAT | O_EXCL)
    /// For appending; made when absent.
    public static let append = Mode(flags: O_WRONLY | O_CREAT | O_APPEND)
    /// For reading; must be a directory.
    public static let directory = Mode(flags: O_RDONLY | O_DIRECTORY)
  }

  /// The path it was opened by.
  public let path: String
  /// The system's number of it.
  package let number: CInt

  private init(path: String, number: CInt) {
    self.path = path
    self.number = number
  }

  deinit { _ = SystemLibC.close(number) }

  /// Opens a file. New files get mode 0644 less the umask; children of this process don't inherit it.
  /// - Throws: ``FileError`` with the code of the system's reason.
  public static func open(_ path: String, _ mode: Mode) throws(FileError) -> FileDescriptor {
    try checkPath(path)
    while true {
      let number = SystemLibC.open(path, mode.flags | O_CLOEXEC, 0o644)
      if number >= 0 { return FileDescriptor(path: path, number: number) }
      if errno != EINTR { throw FileError(path: path, doing: "open the file", errno: errno) }
    }
  }

  /// Makes a file without a name in the directory of `path`, open for reading and writing; nil where that can't be had.
  static func openUnnamed(besides path: String) -> FileDescriptor? {
    let number = openUnnamedFile(in: FileSystem.parentDirectory(of: path), mode: 0o644)
    return number >= 0 ? FileDescriptor(path: path, number: number) : nil
  }

  /// Size, kind and times of the open file.
  public func status() throws(FileError) -> FileStatus {
    var raw = stat()
    guard fstat(number, &raw) == 0 else { throw FileError(path: path, doing: "read its status", errno: errno) }
    return FileStatus(raw)
  }

  /// Writes all bytes at `byteOffset`, or at the end of what was written before when nil.
  public func write(_ bytes: RawSpan, at byteOffset: Int? = nil) throws(FileError) {
    var done = 0
    while done < bytes.byteCount {
      let result = bytes.withUnsafeBytes { buffer in
        // Safe because `done < byteCount`, and the buffer is only read within this call.
        let start = buffer.baseAddress.map { $0 + done }
        let count = buffer.count - done
        return byteOffset.map { pwrite(number, start, count, off_t($0 + done)) }
          ?? SystemLibC.write(number, start, count)
      }
      if result < 0 {
        if errno == EINTR { continue }
        throw FileError(path: path, doing: "write \(bytes.byteCount) bytes", errno: errno)
      }
      done += result
    }
  }

  /// Reads up to `count` bytes at `byteOffset`; fewer only at the end of the file.
  public func read(count: Int, at byteOffset: Int) throws(FileError) -> [UInt8] {
    guard count >= 0, byteOffset >= 0 else {
      throw FileError(
        .unusablePath, path: path, byteOffset: byteOffset, expected: "a range of bytes", found: "\(count) bytes",
        remedy: "pass counts and offsets that are not negative")
    }
    // The library would write the count of the one empty array that all threads share.
    if count == 0 { return [] }
    var failure: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      while done < count {
        // Safe because `done < count` = the buffer's capacity.
        let result = pread(number, buffer.baseAddress.map { $0 + done }, count - done, off_t(byteOffset + done))
        if result == 0 { break }
        if result < 0 {
          if errno == EINTR { continue }
          failure = errno
          break
        }
        done += result
      }
    }
    if failure != 0 { throw FileError(path: path, doing: "read \(count) bytes", errno: failure) }
    return bytes
  }

  /// Reads up to `count` of the next bytes, at least one; none at the end. For pipes: a file is read by its offsets.
  public func readNext(upTo count: Int) throws(FileError) -> [UInt8] {
    var failure: CInt = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, done in
      // Safe because `count` is the buffer's capacity.
      var result = SystemLibC.read(number, buffer.baseAddress, count)
      while result < 0, errno == EINTR { result = SystemLibC.read(number, buffer.baseAddress, count) }
      if result < 0 { failure = errno } else { done = result }
    }
    if failure != 0 { throw FileError(path: path, doing: "read \(count) bytes", errno: failure) }
    return bytes
  }

  /// Waits until the file's bytes are on the device.
  public func synchronize() throws(FileError) {
    while fsync(number) != 0 {
      if errno != EINTR { throw FileError(path: path, doing: "flush it to the device", errno: errno) }
    }
  }

  /// Sets the file's length; new bytes are zero.
  public func resize(to byteCount: Int) throws(FileError) {
    while ftruncate(number, off_t(byteCount)) != 0 {
      if errno != EINTR { throw FileError(path: path, doing: "set its length to \(byteCount)", errno: errno) }
    }
  }

  /// Refuses what the C library would cut short or misread.
  static func checkPath(_ path: String) throws(FileError) {
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw FileError(
        .unusablePath, path: path, expected: "a path without NUL bytes", found: path.isEmpty ? "no text" : "a NUL byte",
        remedy: "check where the name comes from")
    }
  }
}
