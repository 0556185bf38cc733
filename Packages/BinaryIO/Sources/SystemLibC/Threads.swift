// Making threads: the types of handles and start routines differ between platforms.

/// Starts a thread that runs `body` under that name, with all asynchronous signals blocked, so that a program's handlers
/// run on its own threads. Faults (SIGBUS and the like) go to the thread that caused them, whatever the mask, and stay
/// open. Returns nil when the system has no thread left.
public func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) -> pthread_t? {
  var blocked = sigset_t()
  var previous = sigset_t()
  sigfillset(&blocked)
  for fault in [SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&blocked, fault) }
  // A new thread inherits the mask of its maker.
  pthread_sigmask(SIG_SETMASK, &blocked, &previous)
  defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
  let start = Unmanaged.passRetained(ThreadStart(name: name, body: body))
  #if canImport(Darwin)
    var handle: pthread_t?
    let result = pthread_create(&handle, nil, { runThread($0) }, start.toOpaque())
  #else
    var made = pthread_t()
    let result = pthread_create(&made, nil, { $0.flatMap(runThread) }, start.toOpaque())
    let handle: pthread_t? = made
  #endif
  guard result == 0 else {
    start.release()
    return nil
  }
  return handle
}

private final class ThreadStart: Sendable {
  let name: String
  let body: @Sendable () -> Void
  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}

private func runThread(_ start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  // Safe because `startThread` retained it for exactly this call.
  let start = Unmanaged<ThreadStart>.fromOpaque(start).takeRetainedValue()
  nameCurrentThread(start.name)
  start.body()
  return nil
}
