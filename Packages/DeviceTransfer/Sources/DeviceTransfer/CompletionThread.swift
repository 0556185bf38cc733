import Threading

/// Calls back after events, in the order they were given, on a thread of its own: for devices whose driver offers
/// a wait that blocks, or callbacks in which nothing may be freed.
///
/// Dropping it lets the thread end after what it was given. A wait that hangs keeps the thread, nobody else.
public final class CompletionThread<Event: Sendable>: Sendable {
  private struct Job: Sendable {
    let event: Event
    let body: @Sendable (DeviceError?) -> Void
  }

  private struct State: Sendable {
    var jobs: [Job] = []
    var isClosed = false
  }

  /// Shared with the thread, which must not keep its owner alive.
  private let state = Monitor(State())

  /// - Parameter wait: blocks until an event has happened; returns the error that kept it from happening.
  public init(_ name: String, wait: @escaping @Sendable (Event) -> DeviceError?) {
    NamedThread.start(name) { [state] in
      while let jobs = Self.next(of: state) {
        for job in jobs { job.body(wait(job.event)) }
      }
    }.detach()
  }

  deinit { state.notifying { $0.isClosed = true } }

  /// Calls `body` once, after the event and all those given before.
  public func notify(after event: Event, _ body: @escaping @Sendable (DeviceError?) -> Void) {
    state.notifying { $0.jobs.append(Job(event: event, body: body)) }
  }

  /// The jobs that are there, nil at the end.
  private static func next(of state: Monitor<State>) -> [Job]? {
    let jobs = try? state.wait(until: .never, charging: StallCause("an event to wait for")) { state -> [Job]?? in
      guard state.jobs.isEmpty else {
        defer { state.jobs = [] }
        return .some(state.jobs)
      }
      return state.isClosed ? .some(nil) : nil
    }
    return jobs ?? nil
  }
}
