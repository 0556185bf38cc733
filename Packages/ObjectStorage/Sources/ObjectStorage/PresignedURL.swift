/// A URL that carries its own permission: whoever has ``text`` may use it until it expires. Prints without it.
public struct PresignedURL: Sendable, Hashable {
  /// What the URL may be used for.
  public enum Use: Sendable, Hashable {
    /// To read the object, by `GET`.
    case reading
    /// To store the object, by `PUT`.
    case writing
  }

  /// The whole URL with its signature: a secret until it expires.
  public let text: String
  /// From when on it is of no use.
  public let expiration: UnixTime

  /// Wraps a URL.
  public init(_ text: String, expiration: UnixTime) {
    self.text = text
    self.expiration = expiration
  }
}

extension PresignedURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { StoreURL.redacted(text) + "?…" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
