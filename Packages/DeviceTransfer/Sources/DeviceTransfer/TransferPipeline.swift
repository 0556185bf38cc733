import ColumnarBatch
import Threading

/// The state between one device thread, which starts copies in order, and one consumer.
///
/// The decisions (what may be delivered, what may be started) are in `State`, the waiting is the monitor's.
final class TransferPipeline<D: Device>: DevicePipeline {
  struct State: Sendable {
    struct Place: Sendable {
      var buffer: D.Buffer?
      var capacity = 0
      var reuseAfter: D.Event?
    }
    var places: [Place]
    var freePlaces: [Int]
    var started: [DeviceBatch<D>] = []
    var startedCount = 0
    /// Copies end in the order of their start, so a count tells which have ended.
    var endedCount = 0
    var deliveredCount = 0
    /// When the copy queue was last seen to end a copy.
    var lastEnd: ContinuousClock.Instant?
    /// The first failure and the number of the first batch that can't be delivered because of it.
    var failure: (error: DeviceError, number: Int)?
    var isAtEnd = false
    var isClosed = false
    var isThreadDone = false

    mutating func fail(_ error: DeviceError, at number: Int) {
      if let failure, failure.number <= number { return }
      failure = (error, number)
    }
  }

  enum Delivery {
    case batch(DeviceBatch<D>)
    case failure(DeviceError)
    case end
  }

  let device: D
  let monitor: Monitor<State>
  let account = StallAccount()

  init(_ device: D, inFlight: Int) {
    self.device = device
    monitor = Monitor(
      State(places: Array(repeating: .init(), count: inFlight), freePlaces: Array((0..<inFlight).reversed())))
  }

  deinit {
    // Memory that a queue of the consumer's still works on lives until that is done.
    for place in monitor.withLock({ $0.places }) {
      if let event = place.reuseAfter, let buffer = place.buffer { keep(buffer, until: event) }
    }
  }

  var times: TransferTimes { TransferTimes(account, batchCount: monitor.withLock { $0.deliveredCount }) }

  /// Gives back a place: its batch is gone, or it got none.
  func free(place: Int) { monitor.notifying { $0.freePlaces.append(place) } }

  func setReuse(of place: Int, after event: D.Event) {
    monitor.withLock { $0.places[place].reuseAfter = event }
  }

  func keep(_ buffer: D.Buffer, until event: D.Event) {
    device.notify(after: event) { _ in withExtendedLifetime(buffer) {} }
  }

  /// Ends everything: waits end, started batches are dropped, their copies run out by themselves.
  func close() {
    let dropped: [DeviceBatch<D>] = monitor.notifying { state in
      state.isClosed = true
      let dropped = state.started
      state.started = []
      return dropped
    }
    withExtendedLifetime(dropped) {}
  }

  // MARK: the device thread's side

  /// Waits for a place that no batch is in; nil when closed.
  func nextPlace() -> Int? {
    let place: Int?? = try? monitor.wait(until: .never, charging: .placeOnDevice, to: account) { state -> Int?? in
      if state.isClosed || state.failure != nil { return .some(nil) }
      return state.freePlaces.popLast().map { .some($0) }
    }
    return place ?? nil
  }

  /// The place's memory, nil when it is too small and was let go.
  func buffer(of place: Int, holding byteCount: Int, reuseAfter event: D.Event?) -> D.Buffer? {
    let (fitting, small): (D.Buffer?, D.Buffer?) = monitor.withLock { state in
      let buffer = state.places[place].buffer
      if state.places[place].capacity >= byteCount { return (buffer, nil) }
      state.places[place].capacity = 0
      state.places[place].buffer = nil
      return (nil, buffer)
    }
    if let small, let event { keep(small, until: event) }
    return fitting
  }

  func setBuffer(_ buffer: D.Buffer, capacity: Int, of place: Int) {
    monitor.withLock {
      $0.places[place].buffer = buffer
      $0.places[place].capacity = capacity
    }
  }

  /// The event that the next copy into the place has to wait for, if any; it is asked for once.
  func takeReuse(of place: Int) -> D.Event? {
    monitor.withLock { state in
      defer { state.places[place].reuseAfter = nil }
      return state.places[place].reuseAfter
    }
  }

  func started(_ batch: DeviceBatch<D>) {
    // A batch that is refused is dropped after the lock is let go: its deinit takes it again.
    let refused: DeviceBatch<D>? = monitor.notifying { state in
      state.startedCount += 1
      if state.isClosed { return batch }
      state.started.append(batch)
      return nil
    }
    withExtendedLifetime(refused) {}
  }

  func ended(_ number: Int, since start: ContinuousClock.Instant, _ error: DeviceError?) {
    let now = ContinuousClock.now
    let busy: Duration = monitor.notifying { state in
      defer { state.lastEnd = now }
      state.endedCount = max(state.endedCount, number + 1)
      if var error {
        error.batch = number
        state.fail(error, at: number)
      }
      // A copy begins when the one before it ends, not when it is put on the queue.
      return max(start, state.lastEnd ?? start).duration(to: now)
    }
    account.add(busy, to: .copying)
  }

  func finish(_ error: DeviceError?) {
    monitor.notifying { state in
      if let error { state.fail(error, at: state.startedCount) }
      state.isAtEnd = true
    }
  }

  func threadIsDone() { monitor.notifying { $0.isThreadDone = true } }

  // MARK: the consumer's side

  /// What the consumer gets now: nil while it has to wait.
  static func delivery(_ state: inout State, whenEnded: Bool) -> Delivery? {
    if state.isClosed { return .end }
    if let first = state.started.first, first.number < state.failure?.number ?? .max {
      guard !whenEnded || first.number < state.endedCount else { return nil }
      state.started.removeFirst()
      state.deliveredCount += 1
      return .batch(first)
    }
    if let failure = state.failure { return .failure(failure.error) }
    return state.isAtEnd && state.started.isEmpty ? .end : nil
  }
}
