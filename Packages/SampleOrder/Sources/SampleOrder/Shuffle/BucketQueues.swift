import Threading

/// Buckets that one thread fills and another sorts; emptied ones go back.
final class BucketQueues<Index: SampleIndex>: Sendable {
  private let full = BoundedQueue<LoadedBucket<Index>>(capacity: 8)
  private let free = BoundedQueue<LoadedBucket<Index>>(capacity: 10)

  func empty() -> LoadedBucket<Index> { free.tryPop() ?? LoadedBucket() }

  func push(_ bucket: LoadedBucket<Index>) -> Bool {
    do {
      try full.push(bucket, until: .never, charging: StallCause("sorting"))
      return true
    } catch {
      return false
    }
  }

  /// Tells that no more come.
  func close() { full.close() }

  /// The next filled bucket; nil after the last.
  func next() -> LoadedBucket<Index>? {
    (try? full.pop(until: .never, charging: StallCause("distances"))) ?? nil
  }

  func reuse(_ bucket: LoadedBucket<Index>) { _ = free.tryPush(bucket) }
}
