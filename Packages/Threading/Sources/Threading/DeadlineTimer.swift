/// Calls closures at their moments, on one thread that sleeps on a condition until the next one.
///
/// The thread starts with the first alarm and stays for the life of the process.
final class DeadlineTimer: Sendable {
  struct Alarm: Hashable, Sendable {
    let instant: ContinuousClock.Instant
    let number: UInt64
  }

  fileprivate struct State {
    var alarms: [Alarm: @Sendable () -> Void] = [:]
    var heap: [Alarm] = []
    var nextNumber: UInt64 = 0
    var isRunning = false
    /// When the thread looks next; nil when nothing is scheduled.
    var sleepsUntil: ContinuousClock.Instant?
  }

  static let shared = DeadlineTimer()

  private let monitor = Monitor(State())

  /// Calls `body` at `instant`, on the timer's thread: it must be short.
  func schedule(at instant: ContinuousClock.Instant, _ body: @escaping @Sendable () -> Void) -> Alarm {
    let (alarm, mustStart, isEarlier) = monitor.withLock { state in
      let alarm = Alarm(instant: instant, number: state.nextNumber)
      state.nextNumber &+= 1
      state.alarms[alarm] = body
      state.push(alarm)
      let isEarlier = state.sleepsUntil.map { instant < $0 } ?? true
      if isEarlier { state.sleepsUntil = instant }
      defer { state.isRunning = true }
      return (alarm, !state.isRunning, isEarlier)
    }
    // Woken only for an earlier moment than it sleeps until: waits come and go by the thousand, each with a far deadline.
    if isEarlier { monitor.notifying { _ in } }
    if mustStart { NamedThread.start("st-timer") { [self] in run() }.detach() }
    return alarm
  }

  /// Forgets an alarm; nothing happens when it has rung.
  func cancel(_ alarm: Alarm) {
    monitor.withLock { state in
      state.alarms[alarm] = nil
      // Alarms that were cancelled stay in the heap until their moment, unless they are most of it.
      if state.heap.count > 1024, state.heap.count > 2 * state.alarms.count { state.rebuild() }
    }
  }

  private func run() {
    while true {
      let (due, next) = monitor.withLock { state in
        let due = state.popDue()
        // Perhaps the moment of an alarm that was cancelled: it is looked at then, not before.
        state.sleepsUntil = state.heap.first?.instant
        return (due, state.sleepsUntil)
      }
      for body in due { body() }
      try? monitor.wait(until: Deadline(instant: next), charging: StallCause("the next alarm")) { state -> Void? in
        state.sleepsUntil == next ? nil : ()
      }
    }
  }
}

extension DeadlineTimer.State {
  fileprivate mutating func popDue() -> [@Sendable () -> Void] {
    var due: [@Sendable () -> Void] = []
    let now = ContinuousClock.now
    while let first = heap.first, first.instant <= now {
      pop()
      if let body = alarms.removeValue(forKey: first) { due.append(body) }
    }
    return due
  }

  fileprivate mutating func push(_ alarm: DeadlineTimer.Alarm) {
    heap.append(alarm)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].instant < heap[parent].instant else { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  fileprivate mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[child].instant < heap[least].instant { least = child }
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  fileprivate mutating func rebuild() {
    // A sorted array is a heap.
    heap = alarms.keys.sorted { $0.instant < $1.instant }
  }
}
