internal import Synchronization

/// Keeps a few library contexts for the next call, where making one costs as much as a small file.
///
/// A context has one user at a time: it leaves the pool when taken, and comes back when the user is done.
final class ContextPool<Context: AnyObject & Sendable>: Sendable {
  private let spare = Mutex<[Context]>([])
  private let capacity: Int

  init(capacity: Int) { self.capacity = capacity }

  func take() -> Context? { spare.withLock { $0.popLast() } }

  /// Keeps `context`, or lets it go when enough are kept.
  func give(_ context: Context) {
    spare.withLock { if $0.count < capacity { $0.append(context) } }
  }
}
