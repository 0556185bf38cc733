/// A sequence of batches that both a task and a plain thread can read.
///
/// One consumer at a time: batches are handed out in order, each once.
public protocol BatchSource: AsyncSequence, Sendable where Element == Batch {
  /// The next batch, nil after the last one; blocks the calling thread until it is there.
  ///
  /// Not for the cooperative pool: tasks iterate with `for try await`.
  func nextBlocking() throws(Failure) -> Batch?

  /// Takes the memory of all batches from `allocator`, for example page-locked memory of a device.
  ///
  /// Call it before the first batch is asked for; later calls change nothing. A source whose batches exist
  /// already may ignore it: a device then copies once more.
  func useBuffers(from allocator: any BufferAllocator)

  /// Ends the source early: waits inside it end, ``nextBlocking()`` returns nil from now on.
  ///
  /// For owners that read it from a thread of theirs, such as a device. Returns at once, any number of times.
  func close()
}

extension BatchSource {
  public func useBuffers(from allocator: any BufferAllocator) {}
}
