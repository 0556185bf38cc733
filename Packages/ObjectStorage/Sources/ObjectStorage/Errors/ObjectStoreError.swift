/// A request to a store that could not be fulfilled: where, why, whether a retry can help, and what to do.
public struct ObjectStoreError: Error, Sendable {
  /// What kind of failure it was.
  public let code: Code
  /// The object or store, without user information and query.
  public let url: String
  /// The service's status (HTTP's), when there was an answer.
  public let status: Int?
  /// What was expected and what was found, on one line, without secrets.
  public let detail: String
  /// Whether and when repeating the request can help.
  public let retry: RetryAdvice
  /// What to do about it, in the imperative.
  public let remedy: String
  /// What the store said of the object before its bytes broke off: with it, the rest can be asked for.
  public let partial: ObjectInfo?
  /// The failure below this one, such as BinaryIO's `FileError`.
  public let cause: (any Error)?

  /// Describes a failure.
  ///
  /// `url` loses its user information and query; `detail` loses control characters and what is past 600
  /// characters, so that an answer of a server may be put there.
  /// - Parameter retry: nil for the code's usual advice.
  public init(
    _ code: Code, url: String, status: Int? = nil, detail: String = "", retry: RetryAdvice? = nil,
    remedy: String = "", partial: ObjectInfo? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.url = StoreURL.redacted(url)
    self.status = status
    self.detail = Self.oneLine(detail)
    self.retry = retry ?? code.usualAdvice
    self.remedy = remedy.isEmpty ? code.usualRemedy : remedy
    self.partial = partial
    self.cause = cause
  }

  /// The same failure, with what is known of the object whose bytes broke off.
  public func carrying(partial info: ObjectInfo) -> ObjectStoreError {
    ObjectStoreError(
      code, url: url, status: status, detail: detail, retry: retry, remedy: remedy, partial: info,
      cause: cause)
  }

  /// The same failure under another address: for wrappers that know more of it than the store below.
  public func replacing(url: String) -> ObjectStoreError {
    ObjectStoreError(
      code, url: url, status: status, detail: detail, retry: retry, remedy: remedy, partial: partial,
      cause: cause)
  }

  private static func oneLine(_ text: String) -> String {
    var line = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == 600 { return line + "…" }
      line.unicodeScalars.append(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar)
      count += 1
    }
    return line
  }
}

extension ObjectStoreError: CustomStringConvertible {
  /// Two lines: where and what, then the remedy.
  public var description: String {
    let answer = status.map { " (status \($0))" } ?? ""
    let reason = detail.isEmpty ? "" : ": " + detail
    return "\(url): \(code)\(answer)\(reason).\n\(remedy.prefix(1).uppercased())\(remedy.dropFirst())."
  }
}
