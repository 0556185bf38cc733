package import Threading

/// A bounded set of buffers that batches are assembled in, over and over.
///
/// The number of buffers is the back-pressure: while the consumer holds that many batches, `acquire` waits.
package final class BufferRing: Sendable {
  private struct State: Sendable {
    var allocator: any BufferAllocator
    var free: [BatchBuffer] = []
    var madeCount = 0
    var largestCapacity = 0
    var isClosed = false
  }

  /// How many batches can exist at once.
  package let bufferCount: Int
  private let state: Monitor<State>
  private let spares: SpareBuffers?
  private let onRelease: (@Sendable () -> Void)?

  /// - Parameter spares: where memory comes from before any is made, and goes when the ring closes.
  /// - Parameter onRelease: called after a buffer came back, on the thread that dropped the batch; must not
  ///   block.
  package init(
    bufferCount: Int, allocator: any BufferAllocator = HostAllocator.shared,
    spares: SpareBuffers? = nil, onRelease: (@Sendable () -> Void)? = nil
  ) {
    precondition(bufferCount > 0, "a ring needs a buffer")
    self.bufferCount = bufferCount
    self.spares = spares
    self.onRelease = onRelease
    var state = State(allocator: allocator)
    state.free.reserveCapacity(min(bufferCount, 64))
    self.state = Monitor(state)
  }

  /// Takes memory from `allocator` from now on; false, without effect, once a buffer was handed out.
  @discardableResult package func use(_ allocator: any BufferAllocator) -> Bool {
    state.withLock { state in
      guard state.madeCount == 0 else { return false }
      state.allocator = allocator
      return true
    }
  }

  /// Waits for a free buffer; nil once the ring is closed.
  /// - Throws: `WaitError` `.timedOut`.
  package func acquire(until deadline: Deadline, charging cause: StallCause) throws(WaitError)
    -> BatchAssembly?
  {
    let taken: Taken? = try state.wait(until: deadline, charging: cause) { [bufferCount] state in
      if state.isClosed { return .some(nil) }
      return Self.take(&state, bufferCount).map { .some($0) }
    }
    return taken.map { assembly($0) }
  }

  /// A free buffer, nil when there is none or the ring is closed. Never waits.
  package func tryAcquire() -> BatchAssembly? {
    let taken = state.withLock { [bufferCount] state in state.isClosed ? nil : Self.take(&state, bufferCount) }
    return taken.map { assembly($0) }
  }

  /// Wakes all who wait in `acquire` with nil and frees the memory: now what is free, later what comes back.
  package func close() {
    // The buffers are freed outside of the lock: unlocking pages of a device takes its time.
    let freed: [BatchBuffer] = state.notifying { state in
      state.isClosed = true
      let freed = state.free
      state.free = []
      return freed
    }
    if let spares { freed.forEach(spares.add) }
    withExtendedLifetime(freed) {}
  }

  func recycle(_ buffer: BatchBuffer) {
    let isClosed = state.notifying { state in
      if !state.isClosed { state.free.append(buffer) }
      return state.isClosed
    }
    if isClosed { spares?.add(buffer) }
    onRelease?()
  }

  var largestCapacity: Int { state.withLock { $0.largestCapacity } }
  func noteCapacity(_ byteCount: Int) {
    state.withLock { $0.largestCapacity = max($0.largestCapacity, byteCount) }
  }

  /// A buffer, or the leave to make one.
  private enum Taken: Sendable {
    case buffer(BatchBuffer)
    case new(any BufferAllocator)
  }

  private static func take(_ state: inout State, _ bufferCount: Int) -> Taken? {
    if let buffer = state.free.popLast() { return .buffer(buffer) }
    guard state.madeCount < bufferCount else { return nil }
    state.madeCount += 1
    return .new(state.allocator)
  }

  private func assembly(_ taken: Taken) -> BatchAssembly {
    switch taken {
    case .buffer(let buffer): return BatchAssembly(ring: self, buffer: buffer)
    case .new(let allocator):
      let spare = allocator === HostAllocator.shared ? spares?.take() : nil
      return BatchAssembly(ring: self, buffer: spare ?? BatchBuffer(allocator: allocator))
    }
  }
}
