/// Settings of a ``CurlTransport``.
public struct CurlOptions: Sendable, Hashable {
  /// The longest wait for a connection, TLS included.
  public var connectTimeout: Duration = .seconds(10)
  /// How long a transfer may stay below ``stallBytesPerSecond`` before it is cut. A slow but moving one is
  /// not cut.
  public var stallTimeout: Duration = .seconds(30)
  /// The rate below which a transfer counts as stalled.
  public var stallBytesPerSecond = 1024
  /// A file of CA certificates (PEM) to trust in place of the system's.
  public var certificateBundle: String?
  /// A proxy's URL; nil for what `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy` say; `""` for none.
  public var proxy: String?
  /// Requests in progress at once; more wait their turn.
  public var maximumConcurrentRequests = 256
  /// Idle connections kept for reuse.
  public var maximumIdleConnections = 64
  /// Whether to use HTTP/2 where a TLS server offers it.
  public var usesHTTP2 = true
  /// The `User-Agent` to send.
  public var userAgent = "swift-streaming"

  /// The defaults.
  public init() {}
}
