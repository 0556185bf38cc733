import Threading

/// The limit of one endpoint, shared by all stores that use it.
public final class EndpointLimit: Sendable {
  private static let turn = StallCause("a turn at the endpoint")
  private let state: Monitor<AdaptiveLimit>
  private let start = ContinuousClock.now

  /// Starts with nothing learned.
  public init(_ options: AdaptiveLimit.Options = AdaptiveLimit.Options()) {
    state = Monitor(AdaptiveLimit(options))
  }

  /// What the limit is now: requests at once, and a second where the service throttles.
  public var current: (concurrency: Int, pace: Double?) {
    state.withLock { ($0.concurrencyLimit, $0.pace) }
  }

  /// Waits for a turn.
  /// - Returns: nil when the task was cancelled meanwhile.
  func enter() async -> AdaptiveLimit.Ticket? {
    while true {
      let next: Duration?
      do throws(WaitError) {
        next = state.withLock { $0.nextTurn }
        let ticket = try await state.waitAsync(until: deadline(next), charging: Self.turn) { limit in
          limit.admit(at: self.start.duration(to: .now))
        }
        return await started(ticket)
      } catch {
        // The deadline is the moment from which there may be a turn again.
        if error.reason != .timedOut { return nil }
      }
    }
  }

  private func deadline(_ next: Duration?) -> Deadline {
    // Also without a known moment: the pace may have been set since.
    let soon = Duration.milliseconds(100)
    guard let next else { return .after(soon) }
    return .after(min(soon, max(.milliseconds(1), next - start.duration(to: .now))))
  }

  /// Waits for the ticket's moment; nil when the task was cancelled meanwhile.
  private func started(_ ticket: AdaptiveLimit.Ticket) async -> AdaptiveLimit.Ticket? {
    let wait = ticket.start - start.duration(to: .now)
    guard wait > .zero else { return ticket }
    do throws(WaitError) {
      try await delay(for: wait, charging: Self.turn)
      return ticket
    } catch {
      leave(ticket, .abandoned)
      return nil
    }
  }

  /// Gives the turn back.
  func leave(_ ticket: AdaptiveLimit.Ticket, _ outcome: AdaptiveLimit.Outcome) {
    state.notifying { $0.ended(ticket, outcome, at: self.start.duration(to: .now)) }
  }
}
