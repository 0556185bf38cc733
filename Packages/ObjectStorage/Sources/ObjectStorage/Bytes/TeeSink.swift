/// Shows each piece to an observer, then hands it on: a hash is computed while the bytes arrive, in one pass.
///
/// ```swift
/// let digest = Mutex(IncrementalHash(.xxh64))
/// let sink = TeeSink(try FileSink(creating: path)) { bytes in digest.withLock { $0.update(bytes) } }
/// ```
public final class TeeSink: ByteSink {
  private let base: any ByteSink
  private let observe: @Sendable (RawSpan) -> Void

  /// Wraps a sink.
  /// - Parameter observe: called with every piece that `base` has taken, once, in order, never twice at a
  ///   time.
  public init(_ base: any ByteSink, observing observe: @escaping @Sendable (RawSpan) -> Void) {
    self.base = base
    self.observe = observe
  }

  public var receivedByteCount: Int { base.receivedByteCount }

  public func write(_ bytes: RawSpan) throws(ObjectStoreError) {
    try base.write(bytes)
    observe(bytes)
  }
}
