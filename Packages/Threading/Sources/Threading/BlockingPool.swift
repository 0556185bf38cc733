import SystemLibC

/// Where blocking work of tasks runs, so that it never holds a thread of Swift's cooperative pool.
public final class BlockingPool: Sendable {
  /// The process's pool: up to 16 threads, started as needed. What runs here waits for a disk and never for a lock that is
  /// held over a suspension, nor for a task: whoever those wait for may need one of these threads.
  public static let shared = BlockingPool(name: "st-blocking", threadCount: 16)

  /// For work that does wait for locks or tasks: a pool apart, of as many threads.
  public static let waiting = BlockingPool(name: "st-waiting", threadCount: 16)

  /// Threads that can run at the same time: for pools of work that computes rather than waits.
  public static let processorCount = max(1, Int(sysconf(CInt(_SC_NPROCESSORS_ONLN))))

  private let pool: ThreadPool

  /// A pool of its own.
  public init(name: String, threadCount: Int) { pool = ThreadPool(name: name, threadCount: threadCount) }

  /// Runs `body` on a thread of the pool and suspends until it has returned.
  ///
  /// Cancelling the task does not interrupt `body`: it must have deadlines of its own.
  public func run<R: Sendable, E: Error>(_ body: @escaping @Sendable () throws(E) -> R) async throws(E) -> R {
    let result: Result<R, E> = await withCheckedContinuation { continuation in
      let isQueued = pool.submit { continuation.resume(returning: Self.outcome(of: body)) }
      precondition(isQueued, "a blocking pool is never closed")
    }
    return try result.get()
  }

  private static func outcome<R, E>(of body: () throws(E) -> R) -> Result<R, E> {
    do { return .success(try body()) } catch { return .failure(error) }
  }
}

/// Suspends the task for a while: for back-off between attempts, never to await something.
/// - Throws: ``WaitError`` `.cancelled` when the task is cancelled.
public func delay(
  for duration: Duration, charging cause: StallCause, to account: StallAccount? = nil
) async throws(WaitError) {
  let monitor = Monitor(())
  do {
    try await monitor.waitAsync(until: .after(duration), charging: cause, to: account) { _ -> Void? in nil }
  } catch where error.reason == .timedOut {
    return
  }
}
