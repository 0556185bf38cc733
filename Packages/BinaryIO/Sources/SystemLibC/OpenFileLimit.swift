// The limit of open files: the importer sees its name as a number on one platform and as an enumeration on another.

/// How many files this process may have open, and to how many it may raise that.
public func openFileLimit() -> (now: UInt64, most: UInt64) {
  var limit = rlimit()
  guard getrlimit(openFiles, &limit) == 0 else { return (.max, .max) }
  return (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
}

/// Lets this process have so many files open, at most as many as it may. Returns whether it worked.
@discardableResult
public func setOpenFileLimit(_ count: UInt64) -> Bool {
  var limit = rlimit()
  guard getrlimit(openFiles, &limit) == 0 else { return false }
  limit.rlim_cur = min(limit.rlim_max, rlim_t(count))
  return setrlimit(openFiles, &limit) == 0
}

#if canImport(Glibc)
  private let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
  private let openFiles = RLIMIT_NOFILE
#endif
