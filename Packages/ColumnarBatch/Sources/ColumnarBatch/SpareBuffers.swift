import Synchronization

/// Ordinary memory of rings that were closed, for the rings that come after them.
///
/// Fresh memory costs a page fault for each of its pages, a tenth of the time of copying into it; an epoch therefore takes up
/// the buffers of the one before. Any thread may call.
package final class SpareBuffers: Sendable {
  private struct State {
    var buffers: [BatchBuffer] = []
    var byteCount = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: bytes that are kept at most, whatever is handed in.
  package init(limit: Int) { self.limit = limit }

  /// Bytes that are kept now.
  package var byteCount: Int { state.withLock { $0.byteCount } }

  /// Keeps a buffer that nobody uses, unless that would be too much or it is a device's memory.
  func add(_ buffer: BatchBuffer) {
    guard buffer.allocator === HostAllocator.shared, buffer.capacity > 0 else { return }
    state.withLock { state in
      guard buffer.capacity <= limit - state.byteCount else { return }
      state.byteCount += buffer.capacity
      state.buffers.append(buffer)
    }
  }

  /// The buffer handed in last.
  func take() -> BatchBuffer? {
    state.withLock { state in
      guard let buffer = state.buffers.popLast() else { return nil }
      state.byteCount -= buffer.capacity
      return buffer
    }
  }
}
