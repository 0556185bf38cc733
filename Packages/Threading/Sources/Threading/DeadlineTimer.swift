/// Wakes tasks at their deadlines, on one thread that sleeps on a condition until the next one.
///
/// The thread starts with the first alarm and stays for the life of the process. A task that waits again and again has one
/// alarm, which rings at its first deadline and is then set to the one of its present wait, if there is one.
final class DeadlineTimer: Sendable {
  fileprivate struct Alarm {
    let instant: ContinuousClock.Instant
    weak var waiter: AsyncWaiter?
  }

  fileprivate struct State {
    /// A heap.
    var alarms: [Alarm] = []
    /// How many alarms may be there before those are looked for whose waiters are gone.
    var limit = 1024
    var isRunning = false
    /// When the thread looks next; nil when nothing is scheduled.
    var sleepsUntil: ContinuousClock.Instant?
  }

  static let shared = DeadlineTimer()

  private let monitor = Monitor(State())

  /// Asks the waiter at `instant`, on the timer's thread, for as long as it lives.
  func schedule(_ waiter: AsyncWaiter, at instant: ContinuousClock.Instant) {
    let (mustStart, isEarlier) = monitor.withLock { state in
      state.push(Alarm(instant: instant, waiter: waiter))
      let isEarlier = state.sleepsUntil.map { instant < $0 } ?? true
      if isEarlier { state.sleepsUntil = instant }
      defer { state.isRunning = true }
      return (!state.isRunning, isEarlier)
    }
    // Woken only for an earlier moment than it sleeps until: waits come and go by the thousand, each with a far deadline.
    if isEarlier { monitor.notifying { _ in } }
    if mustStart { NamedThread.start("st-timer") { [self] in run() }.detach() }
  }

  private func run() {
    while true {
      let (due, next) = monitor.withLock { state in
        let due = state.popDue()
        state.sleepsUntil = state.alarms.first?.instant
        return (due, state.sleepsUntil)
      }
      for alarm in due {
        guard let waiter = alarm.waiter, let next = waiter.ring(alarm.instant, at: .now) else { continue }
        schedule(waiter, at: next)
      }
      try? monitor.wait(until: Deadline(instant: next), charging: StallCause("the next alarm")) { state -> Void? in
        state.sleepsUntil == next ? nil : ()
      }
    }
  }
}

extension DeadlineTimer.State {
  fileprivate mutating func popDue() -> [DeadlineTimer.Alarm] {
    var due: [DeadlineTimer.Alarm] = []
    let now = ContinuousClock.now
    while let first = alarms.first, first.instant <= now {
      pop()
      due.append(first)
    }
    return due
  }

  fileprivate mutating func push(_ alarm: DeadlineTimer.Alarm) {
    if alarms.count >= limit { removeForgotten() }
    alarms.append(alarm)
    var child = alarms.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard alarms[child].instant < alarms[parent].instant else { break }
      alarms.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func pop() {
    alarms.swapAt(0, alarms.count - 1)
    alarms.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < alarms.count {
        if alarms[child].instant < alarms[least].instant { least = child }
      }
      if least == parent { return }
      alarms.swapAt(parent, least)
      parent = least
    }
  }

  private mutating func removeForgotten() {
    // A sorted array is a heap.
    alarms = alarms.filter { $0.waiter != nil }.sorted { $0.instant < $1.instant }
    limit = max(1024, 2 * alarms.count)
  }
}
