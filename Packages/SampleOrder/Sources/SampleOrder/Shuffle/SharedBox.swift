import Synchronization
import Threading

/// A value that one thread leaves for another.
final class SharedBox<Value: Sendable>: Sendable {
  private let content: Mutex<Value>

  init(_ value: Value) { content = Mutex(value) }

  /// Exchanges the value, so that neither side keeps a copy.
  func exchange(_ value: inout Value) { content.withLock { swap(&$0, &value) } }
}

/// Runs two functions at once, the second on a thread of its own.
func both<First, Second: Sendable>(
  _ first: () -> First, _ name: String, _ second: @escaping @Sendable () -> Second
) -> (First, Second) {
  let box = SharedBox<Second?>(nil)
  let thread = NamedThread.start(name) {
    var result: Second? = second()
    box.exchange(&result)
  }
  let result = first()
  thread.join()
  var other: Second?
  box.exchange(&other)
  return (result, other ?? second())
}
