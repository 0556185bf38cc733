/// Takes an object's bytes as they arrive: a file, memory, a hash beside either.
///
/// Calls never overlap, but come from different threads. A retry resumes at ``receivedByteCount``, so a sink
/// counts just what it has taken for good.
public protocol ByteSink: AnyObject, Sendable {
  /// Bytes taken so far.
  var receivedByteCount: Int { get }

  /// Takes the next bytes, which are borrowed for the call.
  ///
  /// Called on the thread that reads the network: it must not wait for a consumer. Writing to the page cache
  /// is fine.
  /// - Throws: ends the transfer; the error reaches the caller of `get` as it is.
  func write(_ bytes: RawSpan) throws(ObjectStoreError)
}
