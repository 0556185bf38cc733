import SystemLibC

/// A thread of our own, joined or detached explicitly.
public struct NamedThread: ~Copyable, Sendable {
  private let handle: pthread_t
  private let name: String

  /// Starts a thread that runs `body`. All signals are blocked in it, so that handlers run on the program's own threads.
  /// - Parameter name: shown in debuggers and `top`, cut to 15 bytes.
  public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> NamedThread {
    let start = Unmanaged.passRetained(ThreadStart(name: name, body: body)).toOpaque()
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    // A fault is delivered to the thread that caused it, whatever the mask: these stay open for handlers.
    for fault in [SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&all, fault) }
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    #if canImport(Darwin)
      var handle: pthread_t?
    #else
      var handle = pthread_t()
    #endif
    let result = pthread_create(&handle, &attributes, threadMain, start)
    // The system refuses only when it is out of memory or threads; there is no way on without the thread.
    precondition(result == 0, "pthread_create(\(name)) = \(result): the system has no thread left")
    #if canImport(Darwin)
      guard let handle else { preconditionFailure("pthread_create gave no handle") }
    #endif
    return NamedThread(handle: handle, name: name)
  }

  /// Waits until the body has returned. Never call it from a task, nor from the thread itself.
  public consuming func join() { pthread_join(handle, nil) }

  /// Lets it run on by itself.
  public consuming func detach() { pthread_detach(handle) }
}

private final class ThreadStart: Sendable {
  let name: String
  let body: @Sendable () -> Void
  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }
}

#if canImport(Darwin)
  private func threadMain(_ start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? { runThread(start) }
#else
  private func threadMain(_ start: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? { start.flatMap(runThread) }
#endif

private func runThread(_ start: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  // Safe because `start` retained it for exactly this call.
  let start = Unmanaged<ThreadStart>.fromOpaque(start).takeRetainedValue()
  nameCurrentThread(start.name)
  start.body()
  return nil
}
