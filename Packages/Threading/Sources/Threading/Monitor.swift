import SystemLibC

/// Shared state behind a lock, with waiting for a condition on it: the one gate for every wait in this system.
///
/// Threads block with ``wait(until:charging:to:_:)``, tasks suspend with ``waitAsync(until:charging:to:_:)``; both give
/// a body that looks at the state and returns nil while it has to wait. ``notifying(_:)`` changes the state and lets all
/// waiters look again. Bodies run under the lock: they are short and call nothing that locks.
public final class Monitor<State>: @unchecked Sendable {
  // Safe because `state`, `waiters` and `spareWaiter` are touched only between lock() and unlock() of `mutex`, in this file.
  private var state: State
  private var waiters: [AsyncWaiter] = []
  /// The waiter of a wait that is over, for the next one.
  private var spareWaiter: AsyncWaiter?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Starts with `state`.
  public init(_ state: sending State) {
    self.state = state
    pthread_mutex_init(mutex, nil)
    initializeMonotonicCondition(condition)
  }

  deinit {
    // Safe because nobody waits any more: a waiter holds a reference.
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Runs `body` on the state under the lock. Wakes nobody.
  public func withLock<R, E>(_ body: (inout State) throws(E) -> sending R) throws(E) -> sending R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state)
  }

  /// Runs `body` on the state under the lock, then lets every waiter look at it again.
  public func notifying<R, E>(_ body: (inout State) throws(E) -> sending R) throws(E) -> sending R {
    pthread_mutex_lock(mutex)
    // Mostly one waits, whose place keeps its memory.
    let only = waiters.count == 1 ? waiters.popLast() : nil
    var woken: [AsyncWaiter] = []
    if !waiters.isEmpty { swap(&woken, &waiters) }
    defer {
      pthread_cond_broadcast(condition)
      pthread_mutex_unlock(mutex)
      only?.wake()
      for waiter in woken { waiter.wake() }
    }
    return try body(&state)
  }

  /// Blocks the thread until `body` returns a value. Never call it from a task.
  /// - Throws: ``WaitError`` `.timedOut` when the deadline passes first.
  public func wait<R>(
    until deadline: Deadline, charging cause: StallCause, to account: StallAccount? = nil,
    _ body: (inout State) -> sending R?
  ) throws(WaitError) -> sending R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if let result = body(&state) { return result }
    let start = ContinuousClock.now
    defer { account?.add(start.duration(to: .now), to: cause) }
    while true {
      if let remaining = deadline.remaining {
        guard remaining > .zero else { throw WaitError(.timedOut, cause: cause, waited: start.duration(to: .now)) }
        waitMonotonic(condition, mutex, nanoseconds: remaining.clampedNanoseconds)
      } else {
        pthread_cond_wait(condition, mutex)
      }
      if let result = body(&state) { return result }
    }
  }

  /// Suspends the task until `body` returns a value.
  /// - Throws: ``WaitError`` `.timedOut` when the deadline passes first, `.cancelled` when the task is cancelled.
  public func waitAsync<R: Sendable>(
    until deadline: Deadline, charging cause: StallCause, to account: StallAccount? = nil,
    _ body: (inout State) -> R?
  ) async throws(WaitError) -> R {
    if let result = withLock({ body(&$0) }) { return result }
    let start = ContinuousClock.now
    let waiter = takeWaiter()
    defer {
      withLock { _ in spareWaiter = waiter }
      account?.add(start.duration(to: .now), to: cause)
    }
    while true {
      if Task.isCancelled { throw WaitError(.cancelled, cause: cause, waited: start.duration(to: .now)) }
      if deadline.hasPassed { throw WaitError(.timedOut, cause: cause, waited: start.duration(to: .now)) }
      waiter.prepare()
      // Registered and looked at in one locked step: a notification between the two can't be missed.
      let result: R? = withLock {
        if let result = body(&$0) { return result }
        waiters.append(waiter)
        return nil
      }
      if let result { return result }
      await waiter.suspend(until: deadline)
      withLock { _ in waiters.removeAll { $0 === waiter } }
      if let result = withLock({ body(&$0) }) { return result }
    }
  }

  private func takeWaiter() -> AsyncWaiter { withLock { _ in spareWaiter.take() } ?? AsyncWaiter() }
}

extension Duration {
  /// The duration in nanoseconds, at most an hour: a wait looks at its deadline again after that.
  var clampedNanoseconds: Int {
    let (seconds, attoseconds) = components
    guard seconds < 3600 else { return 3_600_000_000_000 }
    return max(1, Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
  }
}
