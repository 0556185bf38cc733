import CStreaming
import ColumnarBatch
import DatasetLoading
import Synchronization

/// What callers hold by number.
enum Held: Sendable {
  case dataset(StreamingDataset)
  case loader(HeldLoader)
  case batch(Batch)

  var kind: String {
    switch self {
    case .dataset: "a data set"
    case .loader: "a loader"
    case .batch: "a batch"
    }
  }
}

/// The handles that are out, and what each stands for. A number is given out once, so that a stale one is noticed.
final class HandleTable: Sendable {
  private struct State: Sendable {
    var held: [UInt64: Held] = [:]
    // Far from the small numbers that a caller may pass by mistake: counts, columns, statuses.
    var next: UInt64 = 1 << 32
  }

  /// The handles of this process.
  static let shared = HandleTable()
  private let state = Mutex(State())

  func insert(_ held: Held) -> UInt64 {
    state.withLock { state in
      defer { state.next += 1 }
      state.held[state.next] = held
      return state.next
    }
  }

  /// Takes the handle back; the caller drops what it stood for, outside of the lock.
  func remove(_ handle: UInt64) throws(Failure) -> Held {
    guard let held = state.withLock({ $0.held.removeValue(forKey: handle) }) else { throw Self.stale("a handle", handle) }
    return held
  }

  func dataset(_ handle: UInt64) throws(Failure) -> StreamingDataset {
    let held = find(handle)
    guard case .dataset(let dataset) = held else { throw Self.stale("a data set", handle, held) }
    return dataset
  }

  func loader(_ handle: UInt64) throws(Failure) -> HeldLoader {
    let held = find(handle)
    guard case .loader(let loader) = held else { throw Self.stale("a loader", handle, held) }
    return loader
  }

  func batch(_ handle: UInt64) throws(Failure) -> Batch {
    let held = find(handle)
    guard case .batch(let batch) = held else { throw Self.stale("a batch", handle, held) }
    return batch
  }

  private func find(_ handle: UInt64) -> Held? { state.withLock { $0.held[handle] } }

  private static func stale(_ expected: String, _ handle: UInt64, _ held: Held? = nil) -> Failure {
    let found = held?.kind ?? "one that was released or never given out"
    return Failure(STREAMING_BAD_HANDLE, "handle \(handle): expected \(expected), found \(found).")
  }
}
