import CStreaming
import ColumnarBatch
import DatasetLoading
import Synchronization

/// A loader behind a handle: one caller at a time.
final class HeldLoader: Sendable {
  let loader: Loader
  private let isBusy = Atomic<Bool>(false)

  init(_ loader: Loader) { self.loader = loader }

  /// The next batch, nil after the last one. Blocks.
  /// - Throws: ``Failure`` `STREAMING_BUSY` when another thread is in here, `STREAMING_CLOSED` when the handle was released
  ///   meanwhile; else what became of the batch.
  func next() throws(Failure) -> Batch? {
    guard !isBusy.exchange(true, ordering: .acquiring) else {
      throw Failure(STREAMING_BUSY, "expected one thread at a time in streaming_next, found another one there.")
    }
    defer { isBusy.store(false, ordering: .releasing) }
    do throws(LoadingError) {
      return try loader.nextBlocking()
    } catch {
      throw Failure(error)
    }
  }
}
