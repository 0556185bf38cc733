import Threading

/// Buckets that one thread fills and another sorts; emptied ones go back.
final class BucketQueues<Entry: SampleEntry>: Sendable {
  private let full = BoundedQueue<LoadedBucket<Entry>>(capacity: 8)
  private let free = BoundedQueue<LoadedBucket<Entry>>(capacity: 10)

  func empty() -> LoadedBucket<Entry> { free.tryPop() ?? LoadedBucket() }

  func push(_ bucket: LoadedBucket<Entry>) -> Bool {
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
  func next() -> LoadedBucket<Entry>? {
    (try? full.pop(until: .never, charging: StallCause("distances"))) ?? nil
  }

  func reuse(_ bucket: LoadedBucket<Entry>) { _ = free.tryPush(bucket) }
}
