public import ObjectStorage

/// A request to send.
public struct HTTPRequest: Sendable {
  /// A method's name.
  public struct Method: Sendable, Hashable {
    /// The name as sent, in capitals.
    public let name: String
    public static let get = Method(name: "GET")
    public static let head = Method(name: "HEAD")
    public static let put = Method(name: "PUT")
    public static let post = Method(name: "POST")
    public static let delete = Method(name: "DELETE")
  }

  /// What to do.
  public var method: Method
  /// With what.
  public var url: HTTPURL
  /// Header fields; the transport adds `Host`, `Content-Length`, `Accept` and `User-Agent`.
  public var headers: HTTPHeaders
  /// The body, for PUT and POST.
  public var body: (any ByteSource)?
  /// The longest that the whole exchange may take, for small ones; nil for none: progress is watched in any
  /// case.
  public var timeLimit: Duration?

  /// Makes a request.
  public init(
    _ method: Method, _ url: HTTPURL, headers: HTTPHeaders = HTTPHeaders(), body: (any ByteSource)? = nil,
    timeLimit: Duration? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeLimit = timeLimit
  }
}
