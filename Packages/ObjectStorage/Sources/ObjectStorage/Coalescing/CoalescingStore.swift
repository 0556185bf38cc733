import BinaryIO
import Synchronization
import Threading

/// Sends one request for all who ask for the same at the same time.
///
/// A `get` is joined until its first byte has come: from then on the bytes of all sinks are in step, and who comes
/// later asks anew. A sink that fails leaves the others alone; the transfer ends when nobody waits for it any more.
public final class CoalescingStore: StoreWrapper {
  public let base: any ObjectStore
  private let flights = Mutex<[FlightKey: Flight]>([:])

  /// Wraps a store.
  public init(_ base: any ObjectStore) { self.base = base }

  struct FlightKey: Hashable {
    let key: ObjectKey
    let options: GetOptions
  }

  public func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let name = FlightKey(key: key, options: options)
    let (flight, seat, isFirst): (Flight, Int, Bool) = flights.withLock { flights in
      if let flight = flights[name], let seat = flight.board(sink) { return (flight, seat, false) }
      let flight = Flight()
      flights[name] = flight
      return (flight, flight.board(sink) ?? 0, true)
    }
    if isFirst {
      // Not a child of this task: the others go on when it is cancelled. `Flight` ends it when all have left.
      let task = Task { [base] in
        flight.land(await Self.outcome(base, key, options, flight))
        self.flights.withLock { if $0[name] === flight { $0[name] = nil } }
      }
      flight.start { task.cancel() }
    }
    return try await flight.wait(for: seat)
  }

  private static func outcome(
    _ base: any ObjectStore, _ key: ObjectKey, _ options: GetOptions, _ flight: Flight
  ) async -> Result<ObjectInfo, ObjectStoreError> {
    do throws(ObjectStoreError) {
      return .success(try await base.get(key, options: options, into: flight))
    } catch {
      return .failure(error)
    }
  }
}

/// One transfer and the sinks that it fills.
final class Flight: ByteSink {
  private struct State {
    var sinks: [Int: any ByteSink] = [:]
    var failures: [Int: ObjectStoreError] = [:]
    var seats = 0
    var received = 0
    var isWriting = false
    var outcome: Result<ObjectInfo, ObjectStoreError>?
    var cancel: (@Sendable () -> Void)?
    var isCancelled = false
  }

  private static let cause = StallCause("the same request of another task")
  private let state = Monitor(State())

  /// Joins; nil when bytes have come, or it is over.
  func board(_ sink: any ByteSink) -> Int? {
    state.withLock { state in
      guard state.received == 0, !state.isWriting, state.outcome == nil, !state.isCancelled else {
        return nil
      }
      defer { state.seats += 1 }
      state.sinks[state.seats] = sink
      return state.seats
    }
  }

  /// Tells how to end the transfer.
  func start(cancel: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      state.cancel = cancel
      return state.isCancelled
    }
    if isLate { cancel() }
  }

  func land(_ outcome: Result<ObjectInfo, ObjectStoreError>) { state.notifying { $0.outcome = outcome } }

  /// Waits for the end, or for the failure of one's own sink.
  func wait(for seat: Int) async throws(ObjectStoreError) -> ObjectInfo {
    let outcome: Result<ObjectInfo, ObjectStoreError>
    do throws(WaitError) {
      outcome = try await state.waitAsync(until: .never, charging: Self.cause) { state in
        state.failures[seat].map { .failure($0) } ?? state.outcome
      }
    } catch {
      await leave(seat)
      throw ObjectStoreError(.cancelled, url: "store", detail: "the task was cancelled")
    }
    return try outcome.get()
  }

  /// Takes a sink out, between two writes; the last one ends the transfer.
  private func leave(_ seat: Int) async {
    // A write that is under way uses the sink: it must not return to its owner before.
    let cancel = state.withLock { state -> (@Sendable () -> Void)? in
      state.sinks[seat] = nil
      guard state.sinks.isEmpty else { return nil }
      state.isCancelled = true
      return state.cancel
    }
    cancel?()
    while true {
      let isWriting = state.withLock { $0.isWriting }
      if !isWriting { return }
      await Self.settled(state)
    }
  }

  // The waiting task is cancelled, so a wait of its own would end at once: another task waits.
  private static func settled(_ state: Monitor<State>) async {
    await Task {
      try? await state.waitAsync(until: .after(.seconds(60)), charging: cause) { $0.isWriting ? nil : () }
    }.value
  }

  var receivedByteCount: Int { state.withLock { $0.received } }

  func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    let sinks = state.withLock { state in
      state.isWriting = true
      return state.sinks
    }
    var failures: [Int: ObjectStoreError] = [:]
    for (seat, sink) in sinks {
      do throws(ObjectStoreError) { try sink.write(bytes) } catch { failures[seat] = error }
    }
    let isAnyLeft = state.notifying { state in
      state.isWriting = false
      state.received += bytes.byteCount
      for (seat, error) in failures {
        state.failures[seat] = error
        state.sinks[seat] = nil
      }
      return !state.sinks.isEmpty
    }
    if !isAnyLeft { throw ObjectStoreError(.cancelled, url: "store", detail: "nobody waits for it any more") }
  }
}
