// Files that have no name until they get one: the kernel drops them with their last descriptor, even after kill -9.
// The importer does not see the flag (glibc hides it behind a feature macro), so its number stands here.

/// Makes a file without a name on a directory's file system, open for reading and writing, not inherited by children.
/// Returns its descriptor, or -1 where the system or the file system knows no such files.
public func openUnnamedFile(in directory: String, mode: CUnsignedInt) -> CInt {
  #if canImport(Darwin)
    return -1
  #else
    // Its name is given through this directory.
    guard access("/proc/self/fd", X_OK) == 0 else { return -1 }
    return open(directory, 0x40_0000 | O_DIRECTORY | O_RDWR | O_CLOEXEC, mode_t(mode))
  #endif
}

/// Gives a file without a name one that nothing has. Returns 0, or the system's error number.
public func nameUnnamedFile(_ descriptor: CInt, _ path: String) -> CInt {
  linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno
}
