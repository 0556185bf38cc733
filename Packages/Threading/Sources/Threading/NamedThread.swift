import SystemLibC

/// A thread of our own, joined or detached explicitly.
public struct NamedThread: ~Copyable, Sendable {
  private let handle: pthread_t

  /// Starts a thread that runs `body`. Asynchronous signals are blocked in it, so that handlers run on the program's own
  /// threads.
  /// - Parameter name: shown in debuggers and `top`, cut to 15 bytes.
  public static func start(_ name: String, _ body: @escaping @Sendable () -> Void) -> NamedThread {
    guard let handle = startThread(name, body) else {
      // There is no way on without the thread: every wait of this package rests on it.
      preconditionFailure("the system has no thread left for \(name)")
    }
    return NamedThread(handle: handle)
  }

  /// Waits until the body has returned. Never call it from a task, nor from the thread itself.
  public consuming func join() { pthread_join(handle, nil) }

  /// Lets it run on by itself.
  public consuming func detach() { pthread_detach(handle) }
}
