// `environ` is a variable of the C library; nobody here changes it.
#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Musl)
  @preconcurrency import Musl
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// Starts a program found along `PATH`, with this process's environment, an empty input, `output` as its
/// standard output and `life` as its descriptor 3. Signals are as by default, errors go where this process's go.
/// - Returns: the child's number, or the system's code of an error.
public func startChild(
  _ program: String, _ words: [String], output: CInt, life: CInt
) -> (process: pid_t, code: CInt) {
  #if canImport(Darwin)
    var actions: posix_spawn_file_actions_t?
    var attributes: posix_spawnattr_t?
  #else
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
  #endif
  posix_spawn_file_actions_init(&actions)
  posix_spawnattr_init(&attributes)
  defer {
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_adddup2(&actions, output, 1)
  posix_spawn_file_actions_adddup2(&actions, life, 3)
  var defaults = sigset_t()
  var none = sigset_t()
  sigemptyset(&none)
  sigemptyset(&defaults)
  // This process ignores broken pipes; the child is not to.
  sigaddset(&defaults, SIGPIPE)
  posix_spawnattr_setsigdefault(&attributes, &defaults)
  posix_spawnattr_setsigmask(&attributes, &none)
  posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
  // Safe because the copies outlive the call, which copies them again into the child, and the list ends with nil.
  var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
  arguments.append(nil)
  defer { for argument in arguments { free(argument) } }
  var process: pid_t = 0
  let code = posix_spawnp(&process, program, &actions, &attributes, arguments, environ)
  return (process, code)
}
