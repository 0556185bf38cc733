import BinaryIO
import Synchronization
import Threading

/// Two requests for the same: the first that shows an answer goes on, the other is cancelled.
final class HedgedRace: Sendable {
  private struct State {
    var winner: Int?
    var isOver = false
    var cancels: [Int: @Sendable () -> Void] = [:]
  }

  private static let cause = StallCause("the first of two requests")
  private let state = Monitor(State())

  /// Takes part: `cancel` is called when the other one wins.
  func enter(_ runner: Int, cancel: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.cancels[runner] = cancel
      return state.winner.map { $0 != runner } ?? false
    }
    if isLate { cancel() }
  }

  /// Whether this runner has an answer and the other one has not.
  func claims(_ runner: Int) -> Bool {
    let (isMine, cancels): (Bool, [@Sendable () -> Void]) = state.notifying { state in
      if let winner = state.winner { return (winner == runner, []) }
      state.winner = runner
      return (true, state.cancels.filter { $0.key != runner }.map(\.value))
    }
    for cancel in cancels { cancel() }
    return isMine
  }

  /// Says that the first runner has ended: nobody need start any more.
  func end() { state.notifying { $0.isOver = true } }

  /// Waits until it is time for a second request. Returns whether one is needed: nobody has answered or ended.
  func isOpen(after delay: Duration) async -> Bool {
    do throws(WaitError) {
      return try await state.waitAsync(until: .after(delay), charging: Self.cause) { state in
        state.winner != nil || state.isOver ? false : nil
      }
    } catch {
      return error.reason == .timedOut
    }
  }
}

/// A runner's way to the sink: its first byte claims the race.
final class RaceSink: ByteSink {
  private let base: any ByteSink
  private let race: HedgedRace
  private let runner: Int
  private let onFirstByte: @Sendable () -> Void
  private let hasBegun = Atomic<Bool>(false)

  init(_ base: any ByteSink, _ race: HedgedRace, _ runner: Int, onFirstByte: @escaping @Sendable () -> Void) {
    self.base = base
    self.race = race
    self.runner = runner
    self.onFirstByte = onFirstByte
  }

  var receivedByteCount: Int { base.receivedByteCount }

  func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    if !hasBegun.load(ordering: .acquiring) {
      guard race.claims(runner) else {
        throw ObjectStoreError(.cancelled, url: "second request", detail: "the other request answered first")
      }
      hasBegun.store(true, ordering: .releasing)
      onFirstByte()
    }
    try base.write(bytes)
  }
}
