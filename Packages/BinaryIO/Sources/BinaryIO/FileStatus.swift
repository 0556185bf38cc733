import SystemLibC

/// What the file system tells about a file.
public struct FileStatus: Sendable, Hashable {
  /// What it is.
  public enum Kind: Sendable, Hashable {
    case file, directory, symbolicLink, other
  }

  /// What it is.
  public let kind: Kind
  /// Its length in bytes.
  public let byteCount: Int
  /// Its last change, in nanoseconds since 1970.
  public let modificationTime: Int
  /// The last change of its content, name or rights, in nanoseconds since 1970; unlike the former nobody can set it.
  public let changeTime: Int
  /// The file's number on its device: a replaced file has another one.
  public let identity: FileIdentity

  init(_ raw: stat) {
    switch raw.st_mode & S_IFMT {
    case S_IFREG: kind = .file
    case S_IFDIR: kind = .directory
    case S_IFLNK: kind = .symbolicLink
    default: kind = .other
    }
    byteCount = Int(raw.st_size)
    #if os(Linux)
      let (modified, changed) = (raw.st_mtim, raw.st_ctim)
    #else
      let (modified, changed) = (raw.st_mtimespec, raw.st_ctimespec)
    #endif
    modificationTime = Self.nanoseconds(modified)
    changeTime = Self.nanoseconds(changed)
    identity = FileIdentity(device: UInt64(raw.st_dev), number: UInt64(raw.st_ino))
  }

  private static func nanoseconds(_ time: timespec) -> Int { Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec) }
}

/// Device and number of a file: equal only for the same file.
public struct FileIdentity: Sendable, Hashable {
  /// The device.
  public let device: UInt64
  /// The file's number on it.
  public let number: UInt64
}
