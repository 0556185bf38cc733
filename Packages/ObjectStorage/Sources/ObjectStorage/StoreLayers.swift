public import Logging
import Synchronization

/// The layers that every store of this product has around it, shared by all stores of one registration.
///
/// From the inside: counts of requests; adaptive limits of each endpoint; hedging, where asked for; retries; a limit of
/// bytes, where asked for; splitting of large objects, where asked for.
///
/// ```swift
/// let layers = StoreLayers()
/// stores.register("tape") { url, options in layers.around(TapeStore(url), endpoint: url.host, options) }
/// ```
public final class StoreLayers: Sendable {
  private let policy: RetryPolicy
  private let logger: Logger
  private let limits = Mutex<[String: EndpointLimit]>([:])
  private let rates = Mutex<[String: [ByteRateLimit]]>([:])
  /// The requests of all stores, each attempt counted.
  public let metrics = StoreMetrics()

  /// Starts with nothing learned.
  /// - Parameter policy: for stores whose options name none.
  public init(policy: RetryPolicy = RetryPolicy(), logger: Logger = Logger(label: "streaming.storage")) {
    self.policy = policy
    self.logger = logger
  }

  /// Wraps a store as its options ask for.
  /// - Parameter endpoint: who answers, such as `host:port`: what is learned about it counts for all its stores.
  public func around(
    _ base: any ObjectStore, endpoint: String, _ options: StoreOptions = StoreOptions()
  ) -> any ObjectStore {
    var store: any ObjectStore = MeasuredStore(base, metrics: metrics)
    store = AdaptiveStore(store, limit: limit(of: endpoint, options.maximumConcurrentRequests))
    if let hedging = options.hedging { store = HedgingStore(store, policy: hedging) }
    store = RetryingStore(store, policy: options.retryPolicy ?? policy, logger: logger)
    if let rate = options.bytesPerSecond {
      let limits = self.rates(of: endpoint, rate)
      store = RateLimitedStore(store, reading: limits[0], writing: limits[1])
    }
    if let splitting = options.splitting { store = SplittingStore(store, policy: splitting) }
    return store
  }

  /// What was learned about an endpoint, for reports.
  public func limit(of endpoint: String) -> (concurrency: Int, pace: Double?)? {
    limits.withLock { $0.first { $0.key.hasPrefix(endpoint + " ") }?.value.current }
  }

  private func limit(of endpoint: String, _ maximum: Int?) -> EndpointLimit {
    limits.withLock { limits in
      let name = endpoint + " \(maximum ?? 0)"
      if let limit = limits[name] { return limit }
      var options = AdaptiveLimit.Options()
      if let maximum { options.maximumConcurrency = max(1, maximum) }
      let limit = EndpointLimit(options)
      limits[name] = limit
      return limit
    }
  }

  private func rates(of endpoint: String, _ rate: Int) -> [ByteRateLimit] {
    rates.withLock { rates in
      let name = endpoint + " \(rate)"
      if let limits = rates[name] { return limits }
      let limits = [ByteRateLimit(bytesPerSecond: rate), ByteRateLimit(bytesPerSecond: rate)]
      rates[name] = limits
      return limits
    }
  }
}
