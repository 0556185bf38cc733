/// A first-in first-out queue that holds at most `capacity` elements: a full one makes producers wait.
///
/// Closing wakes everybody: pushes fail, pops drain what is there and then return nil. Any thread or task may call.
public final class BoundedQueue<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element?]
    var first = 0
    var count = 0
    var isClosed = false

    mutating func push(_ element: Element) {
      elements[(first + count) % elements.count] = element
      count += 1
    }

    mutating func pop() -> Element? {
      guard count > 0 else { return nil }
      defer {
        elements[first] = nil
        first = (first + 1) % elements.count
        count -= 1
      }
      return elements[first]
    }
  }

  private let monitor: Monitor<State>
  /// How many elements it can hold.
  public let capacity: Int

  /// An empty queue.
  /// - Parameter capacity: at least 1; less counts as 1.
  public init(capacity: Int) {
    self.capacity = max(1, capacity)
    monitor = Monitor(State(elements: Array(repeating: nil, count: max(1, capacity))))
  }

  /// Appends, blocking the thread while the queue is full.
  /// - Throws: ``WaitError`` `.timedOut` at the deadline, `.closed` when it is or gets closed.
  public func push(
    _ element: Element, until deadline: Deadline, charging cause: StallCause, to account: StallAccount? = nil
  ) throws(WaitError) {
    let pushed = try monitor.wait(until: deadline, charging: cause, to: account) { state -> Bool? in
      if state.isClosed { return false }
      guard state.count < state.elements.count else { return nil }
      state.push(element)
      return true
    }
    guard pushed else { throw WaitError(.closed, cause: cause, waited: .zero) }
    monitor.notifying { _ in }
  }

  /// Appends, suspending the task while the queue is full. Throws as the blocking form, and `.cancelled`.
  public func pushAsync(
    _ element: Element, until deadline: Deadline, charging cause: StallCause, to account: StallAccount? = nil
  ) async throws(WaitError) {
    let pushed = try await monitor.waitAsync(until: deadline, charging: cause, to: account) { state -> Bool? in
      if state.isClosed { return false }
      guard state.count < state.elements.count else { return nil }
      state.push(element)
      return true
    }
    guard pushed else { throw WaitError(.closed, cause: cause, waited: .zero) }
    monitor.notifying { _ in }
  }

  /// Appends if there is room; returns whether it did.
  public func tryPush(_ element: Element) -> Bool {
    monitor.notifying { state in
      guard !state.isClosed, state.count < state.elements.count else { return false }
      state.push(element)
      return true
    }
  }

  /// Takes the oldest element, blocking the thread while there is none. Returns nil once closed and empty.
  /// - Throws: ``WaitError`` `.timedOut` at the deadline.
  public func pop(
    until deadline: Deadline, charging cause: StallCause, to account: StallAccount? = nil
  ) throws(WaitError) -> Element? {
    let element = try monitor.wait(until: deadline, charging: cause, to: account) { state -> Element?? in
      if let element = state.pop() { return .some(element) }
      return state.isClosed ? .some(nil) : nil
    }
    if element != nil { monitor.notifying { _ in } }
    return element
  }

  /// Takes the oldest element, suspending the task while there is none. Returns nil once closed and empty.
  /// - Throws: ``WaitError`` `.timedOut` at the deadline, `.cancelled` when the task is cancelled.
  public func popAsync(
    until deadline: Deadline, charging cause: StallCause, to account: StallAccount? = nil
  ) async throws(WaitError) -> Element? {
    let element = try await monitor.waitAsync(until: deadline, charging: cause, to: account) { state -> Element?? in
      if let element = state.pop() { return .some(element) }
      return state.isClosed ? .some(nil) : nil
    }
    if element != nil { monitor.notifying { _ in } }
    return element
  }

  /// Takes the oldest element if there is one.
  public func tryPop() -> Element? { monitor.notifying { $0.pop() } }

  /// Ends the queue: pushes fail from now on, pops drain it.
  public func close() { monitor.notifying { $0.isClosed = true } }

  /// How many elements are in it right now.
  public var count: Int { monitor.withLock { $0.count } }
}
