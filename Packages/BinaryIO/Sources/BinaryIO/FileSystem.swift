import SystemLibC

/// Whole-file and directory operations. Every call may block; none keeps state; any thread may call.
public enum FileSystem {
  /// Size and kind of what `path` names, following links; nil when nothing is there.
  public static func status(of path: String) throws(FileError) -> FileStatus? {
    try FileDescriptor.checkPath(path)
    var raw = stat()
    if stat(path, &raw) == 0 { return FileStatus(raw) }
    if errno == ENOENT || errno == ENOTDIR { return nil }
    throw FileError(path: path, doing: "read its status", errno: errno)
  }

  /// Makes a directory and its parents; nothing happens when it is there.
  public static func createDirectory(_ path: String) throws(FileError) {
    try FileDescriptor.checkPath(path)
    if mkdir(path, 0o755) == 0 { return }
    let failure = errno
    if let status = try status(of: path) {
      if status.kind == .directory { return }
      throw FileError(path: path, doing: "make the directory", errno: ENOTDIR)
    }
    let parent = parentDirectory(of: path)
    guard failure == ENOENT, parent != path else {
      throw FileError(path: path, doing: "make the directory", errno: failure)
    }
    try createDirectory(parent)
    if mkdir(path, 0o755) != 0, errno != EEXIST {
      throw FileError(path: path, doing: "make the directory", errno: errno)
    }
  }

  /// Names in a directory, sorted by their bytes, without `.` and `..`.
  public static func list(_ path: String) throws(FileError) -> [String] {
    try FileDescriptor.checkPath(path)
    guard let directory = opendir(path) else {
      throw FileError(path: path, doing: "list the directory", errno: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else {
        if errno != 0 { throw FileError(path: path, doing: "list the directory", errno: errno) }
        break
      }
      // Safe because the bytes are copied before the entry is overwritten by the next call.
      let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
        String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Paths of all regular files below a directory, relative to it, sorted by their bytes. Links are not followed.
  public static func listRecursively(_ path: String) throws(FileError) -> [String] {
    var files: [String] = []
    var pending = [""]
    while let folder = pending.popLast() {
      for name in try list(folder.isEmpty ? path : path + "/" + folder) {
        let relative = folder.isEmpty ? name : folder + "/" + name
        var raw = stat()
        guard lstat(path + "/" + relative, &raw) == 0 else { continue }
        switch FileStatus(raw).kind {
        case .file: files.append(relative)
        case .directory: pending.append(relative)
        default: break
        }
      }
    }
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Removes a file; nothing happens when it is absent. Returns whether one was removed.
  @discardableResult
  public static func remove(_ path: String) throws(FileError) -> Bool {
    try FileDescriptor.checkPath(path)
    if unlink(path) == 0 { return true }
    if errno == ENOENT { return false }
    throw FileError(path: path, doing: "remove the file", errno: errno)
  }

  /// Removes a directory with all that is in it, or a file; nothing happens when it is absent. Links are not followed.
  public static func removeTree(_ path: String) throws(FileError) {
    try FileDescriptor.checkPath(path)
    var raw = stat()
    guard lstat(path, &raw) == 0 else { return }
    guard FileStatus(raw).kind == .directory else {
      try remove(path)
      return
    }
    for name in try list(path) { try removeTree(path + "/" + name) }
    if rmdir(path) != 0, errno != ENOENT { throw FileError(path: path, doing: "remove the directory", errno: errno) }
  }

  /// Gives a file another name on the same device, replacing what has that name, in one step.
  public static func rename(_ path: String, to newPath: String) throws(FileError) {
    try FileDescriptor.checkPath(path)
    try FileDescriptor.checkPath(newPath)
    if SystemLibC.rename(path, newPath) != 0 {
      throw FileError(path: newPath, doing: "rename \(path) to it", errno: errno)
    }
  }

  /// Reads a whole file into memory.
  /// - Throws: ``FileError`` `.noSpace` when it has more than `limit` bytes.
  public static func readAll(_ path: String, limit: ByteCount = .gigabytes(4)) throws(FileError) -> [UInt8] {
    let file = try FileDescriptor.open(path, .read)
    let byteCount = try file.status().byteCount
    guard byteCount <= limit.value else {
      throw FileError(
        .noSpace, path: path, expected: "at most \(limit.value) bytes", found: "\(byteCount)",
        remedy: "check that this is the file you mean")
    }
    let bytes = try file.read(count: byteCount, at: 0)
    guard bytes.count == byteCount else {
      throw FileError(
        .truncated, path: path, byteOffset: bytes.count, expected: "\(byteCount) bytes", found: "\(bytes.count)",
        remedy: "wait until its writer has ended, then read again")
    }
    return bytes
  }

  /// Writes a whole file in one step: readers see the old content or the new, never a part.
  public static func write(_ bytes: RawSpan, to path: String, synchronize: Bool = false) throws(FileError) {
    var file = try AtomicFile(replacing: path, hidden: true)
    try file.write(bytes)
    try file.commit(synchronize: synchronize)
  }

  /// Waits until a directory's entries (creations, renames, removals) are on the device.
  public static func synchronizeDirectory(_ path: String) throws(FileError) {
    try FileDescriptor.open(path, .directory).synchronize()
  }

  /// The directory for temporary files: `TMPDIR`, else `/tmp`; without a slash at the end.
  public static var temporaryDirectory: String {
    let path = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path.isEmpty ? "/tmp" : path
  }

  /// Bytes free for this user on the device of `path`.
  public static func freeByteCount(at path: String) throws(FileError) -> Int {
    try FileDescriptor.checkPath(path)
    var raw = statvfs()
    guard statvfs(path, &raw) == 0 else { throw FileError(path: path, doing: "ask for free space", errno: errno) }
    let (product, overflow) = Int(raw.f_bavail).multipliedReportingOverflow(by: Int(raw.f_frsize))
    return overflow ? .max : product
  }

  /// The path up to its last slash: `.` when it has none, `/` for the root.
  public static func parentDirectory(of path: String) -> String {
    var trimmed = path[...]
    while trimmed.count > 1, trimmed.hasSuffix("/") { trimmed.removeLast() }
    guard let slash = trimmed.utf8.lastIndex(of: 0x2F) else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }
}
