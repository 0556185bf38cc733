package import ObjectStorage
import Synchronization

/// One transport for all stores that a registration opens, started with the first.
package final class SharedTransport: Sendable {
  private let kept: Mutex<(any HTTPClient)?>
  private let configure: @Sendable (inout CurlOptions) -> Void

  /// - Parameter given: what to use; nil to start a ``CurlTransport``.
  package init(
    _ given: (any HTTPClient)?, configure: @escaping @Sendable (inout CurlOptions) -> Void = { _ in }
  ) {
    kept = Mutex(given)
    self.configure = configure
  }

  /// The transport.
  /// - Throws: `.misconfigured` when libcurl can't be initialized.
  package func transport() throws(ObjectStoreError) -> any HTTPClient {
    try kept.withLock { kept throws(ObjectStoreError) in
      if let kept { return kept }
      var options = CurlOptions()
      configure(&options)
      let fresh = try CurlTransport(options)
      kept = fresh
      return fresh
    }
  }
}
