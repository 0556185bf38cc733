public import HTTPTransport
import ObjectStorage
import Synchronization

/// The connections over which credentials are asked for, opened when the first source needs them.
///
/// Metadata services are reached directly, all others by the environment's proxies. A chain shares one.
public final class CredentialTransport: Sendable {
  private struct Kept: Sendable {
    var direct: (any HTTPClient)?
    var general: (any HTTPClient)?
  }

  private let certificateBundle: String?
  private let kept: Mutex<Kept>

  /// Opens connections of its own.
  /// - Parameter certificateBundle: a file of CA certificates to trust in place of the system's.
  public init(certificateBundle: String? = nil) {
    self.certificateBundle = certificateBundle
    kept = Mutex(Kept())
  }

  /// Uses a client for everything.
  public init(_ client: any HTTPClient) {
    certificateBundle = nil
    kept = Mutex(Kept(direct: client, general: client))
  }

  /// A client.
  /// - Parameter isLocal: for a metadata service of this machine.
  func client(isLocal: Bool) throws(ObjectStoreError) -> any HTTPClient {
    let path = isLocal ? \Kept.direct : \Kept.general
    return try kept.withLock { kept throws(ObjectStoreError) in
      if let client = kept[keyPath: path] { return client }
      var options = CurlOptions()
      options.maximumIdleConnections = 4
      options.certificateBundle = certificateBundle
      if isLocal { options.proxy = "" }
      let fresh = try CurlTransport(options)
      kept[keyPath: path] = fresh
      return fresh
    }
  }
}
