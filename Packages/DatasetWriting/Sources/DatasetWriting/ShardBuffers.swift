internal import Synchronization

/// Memory of shards that are done, kept for those that come: the system hands out new memory page by page and cleans each
/// page first, which takes as long as writing it to a file.
final class ShardBuffers: Sendable {
  private let spare = Mutex<[[UInt8]]>([])
  private let limit: Int

  /// - Parameter limit: how many to keep.
  init(limit: Int) { self.limit = limit }

  func take() -> [UInt8]? { spare.withLock { $0.popLast() } }

  /// Keeps the array's memory, or lets it go when enough are kept. The caller must be its only holder.
  func give(_ storage: [UInt8]) {
    spare.withLock { spare in
      if spare.count < limit { spare.append(storage) }
    }
  }
}
