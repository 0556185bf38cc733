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
  private let onRelease: (@Sendable () -> Void)?

  /// - Parameter onRelease: called after a buffer came back, on the thread that dropped the batch; must not
  ///   block.
  package init(
    bufferCount: Int, allocator: any BufferAllocator = HostAllocator.shared,
    onRelease: (@Sendable () -> Void)? = nil
  ) {
    precondition(bufferCount > 0, "a ring needs a buffer")
    self.bufferCount = bufferCount
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
    let buffer: BatchBuffer? = try state.wait(until: deadline, charging: cause) { [bufferCount] state in
      if state.isClosed { return .some(nil) }
      return Self.take(&state, bufferCount).map { .some($0) }
    }
    guard let buffer else { return nil }
    return BatchAssembly(ring: self, buffer: buffer)
  }

  /// A free buffer, nil when there is none or the ring is closed. Never waits.
  package func tryAcquire() -> BatchAssembly? {
    let buffer = state.withLock { [bufferCount] state in state.isClosed ? nil : Self.take(&state, bufferCount)
    }
    guard let buffer else { return nil }
    return BatchAssembly(ring: self, buffer: buffer)
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
    withExtendedLifetime(freed) {}
  }

  func recycle(_ buffer: BatchBuffer) {
    state.notifying { state in
      if !state.isClosed { state.free.append(buffer) }
    }
    onRelease?()
  }

  var largestCapacity: Int { state.withLock { $0.largestCapacity } }
  func noteCapacity(_ byteCount: Int) {
    state.withLock { $0.largestCapacity = max($0.largestCapacity, byteCount) }
  }

  private static func take(_ state: inout State, _ bufferCount: Int) -> BatchBuffer? {
    if let buffer = state.free.popLast() { return buffer }
    guard state.madeCount < bufferCount else { return nil }
    state.madeCount += 1
    return BatchBuffer(allocator: state.allocator)
  }
}
