import Streaming

extension ObjectStoreRegistry {
  /// The stores of the command line: the standard ones, but a place that does not answer is told within seconds. Somebody
  /// is waiting, and may have mistyped the address; a training run that waits for a service to come back does not.
  static let commandLine: ObjectStoreRegistry = {
    var stores = ObjectStoreRegistry.standard
    for scheme in stores.schemes where scheme != "file" {
      // A scheme is an address that can be read.
      try? stores.configure(scheme + "://") {
        $0.connectTimeout = .seconds(4)
        $0.retryPolicy = RetryPolicy(attemptsAtUnreachable: 1)
      }
    }
    return stores
  }()
}
