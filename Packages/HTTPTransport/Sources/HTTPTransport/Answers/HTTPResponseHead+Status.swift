package import ObjectStorage

/// What a status means for a store, where the service's own words say no more.
extension HTTPResponseHead {
  /// Whether it is 2xx.
  package var isSuccess: Bool { (200..<300).contains(status) }

  /// The kind of failure that a status stands for.
  package var errorCode: ObjectStoreError.Code {
    switch status {
    case 300..<400: .redirected
    case 401: .unauthorized
    case 403: .forbidden
    case 404, 410: .notFound
    case 405, 501: .unsupported
    case 408: .timedOut
    case 412: .preconditionFailed
    case 413: .tooLarge
    case 416: .rangeNotSatisfiable
    case 409: .unavailable
    case 429: .throttled
    case 503 where requestedDelay != nil: .throttled
    case 500...: .unavailable
    default: .rejected
    }
  }

  /// The advice that goes with ``errorCode``: the service's own delay where it names one.
  package var retryAdvice: RetryAdvice? {
    status == 429 || status >= 500 ? requestedDelay.map { .after($0) } : nil
  }

  /// When to come back, as the service says in `Retry-After`: seconds, at most a day, or a date.
  package var requestedDelay: Duration? {
    guard let text = headers["Retry-After"] else { return nil }
    if let seconds = decimal(text) { return .seconds(min(seconds, 86400)) }
    return UnixTime(httpDate: text).map { max(.zero, $0 - .now) }
  }
}
