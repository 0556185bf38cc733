package import ObjectStorage
import Synchronization

/// The transports of all stores that a registration opens: one for each set of settings, started when first needed.
package final class SharedTransport: Sendable {
  private let given: (any HTTPClient)?
  private let started = Mutex<[CurlOptions: CurlTransport]>([:])
  private let configure: @Sendable (inout CurlOptions) -> Void

  /// - Parameter given: what to use in any case; nil to start ``CurlTransport``s.
  package init(
    _ given: (any HTTPClient)?, configure: @escaping @Sendable (inout CurlOptions) -> Void = { _ in }
  ) {
    self.given = given
    self.configure = configure
  }

  /// The transport for stores with these options.
  /// - Parameter certificateBundle: a file of CA certificates from the service's own settings; that of the options
  ///   counts more.
  /// - Throws: `.misconfigured` when libcurl can't be initialized.
  package func transport(
    for options: StoreOptions = StoreOptions(), certificateBundle: String? = nil
  ) throws(ObjectStoreError) -> any HTTPClient {
    if let given { return given }
    var settings = CurlOptions()
    configure(&settings)
    settings.certificateBundle = options.certificateBundle ?? certificateBundle ?? settings.certificateBundle
    settings.proxy = options.proxy ?? settings.proxy
    settings.connectTimeout = options.connectTimeout ?? settings.connectTimeout
    return try started.withLock { started throws(ObjectStoreError) in
      if let transport = started[settings] { return transport }
      let transport = try CurlTransport(settings)
      started[settings] = transport
      return transport
    }
  }
}
