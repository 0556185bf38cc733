/// A fixed set of named threads that run jobs in the order given.
///
/// Jobs may block; nothing of it touches Swift's cooperative pool. Any thread or task may submit.
public final class ThreadPool: Sendable {
  private struct State {
    var jobs: [@Sendable () -> Void] = []
    var head = 0
    var threadCount = 0
    var idleCount = 0
    var isClosed = false

    mutating func next() -> (@Sendable () -> Void)? {
      guard head < jobs.count else { return nil }
      let job = jobs[head]
      head += 1
      if head == jobs.count {
        jobs.removeAll(keepingCapacity: true)
        head = 0
      } else if head >= 1024, 2 * head >= jobs.count {
        jobs.removeFirst(head)
        head = 0
      }
      return job
    }
  }

  private let monitor = Monitor(State())
  private let name: String
  private let maximum: Int

  /// A pool that starts threads as jobs come, up to `threadCount`.
  public init(name: String, threadCount: Int) {
    self.name = name
    maximum = max(1, threadCount)
  }

  /// Queues a job; returns false, without running it, once the pool is closed.
  @discardableResult
  public func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
    enum Outcome { case refused, queued, needsThread(Int) }
    let outcome = monitor.notifying { state -> Outcome in
      guard !state.isClosed else { return .refused }
      state.jobs.append(job)
      guard state.idleCount < state.jobs.count - state.head, state.threadCount < maximum else { return .queued }
      state.threadCount += 1
      return .needsThread(state.threadCount)
    }
    switch outcome {
    case .refused: return false
    case .queued: return true
    case .needsThread(let number):
      NamedThread.start("\(name)-\(number)") { [self] in run() }.detach()
      return true
    }
  }

  /// Refuses further jobs and blocks until the jobs queued so far are done and the threads have ended.
  public func closeAndWait(until deadline: Deadline = .never) throws(WaitError) {
    monitor.notifying { $0.isClosed = true }
    try monitor.wait(until: deadline, charging: StallCause("the pool's threads to end")) { state -> Void? in
      state.threadCount == 0 ? () : nil
    }
  }

  /// Refuses further jobs; the threads end by themselves once the queue is empty.
  public func close() { monitor.notifying { $0.isClosed = true } }

  private func run() {
    while true {
      monitor.withLock { $0.idleCount += 1 }
      let job = try? monitor.wait(until: .never, charging: StallCause("a job")) { state -> (@Sendable () -> Void)?? in
        if let job = state.next() {
          state.idleCount -= 1
          return .some(job)
        }
        guard state.isClosed else { return nil }
        state.idleCount -= 1
        return .some(nil)
      }
      guard let job else { break }
      job()
    }
    monitor.notifying { $0.threadCount -= 1 }
  }
}
