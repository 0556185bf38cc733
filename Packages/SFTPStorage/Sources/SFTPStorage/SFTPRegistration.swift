public import CloudAuth
import HTTPTransport
public import ObjectStorage
import Synchronization

extension ObjectStoreRegistry {
  /// Opens `sftp://user@host:port/path`, the path from the root on, with the settings that
  /// ``SFTPOptions/fromEnvironment(_:_:_:)`` finds.
  ///
  /// All stores of one user at one server share connections, eight at most; each retries as `policy` says.
  public mutating func registerSFTP(policy: RetryPolicy = RetryPolicy(), environment: EnvironmentVariables = .process) {
    let layers = StoreLayers(policy: policy)
    let transports = SFTPTransports()
    register("sftp") { (url: StoreURL, options: StoreOptions) throws(ObjectStoreError) in
      let settings = try await SFTPOptions.fromEnvironment(url, environment, options)
      let store = SFTPStore(options: settings, transport: try transports.transport(for: settings, options))
      return layers.around(
        PrefixedStore(store, prefix: url.path), endpoint: "sftp://" + settings.place.authority, options)
    }
  }
}

/// Connections by server and user: those of one user are never used for another.
private final class SFTPTransports: Sendable {
  private struct Use: Hashable {
    let place: SSHPlace
    let user: String
    let keyFile: String?
    let hasPassword: Bool
    let options: CurlOptions
  }

  private let started = Mutex<[Use: CurlTransport]>([:])

  func transport(for settings: SFTPOptions, _ options: StoreOptions) throws(ObjectStoreError) -> CurlTransport {
    var curl = CurlOptions()
    curl.proxy = options.proxy
    curl.connectTimeout = options.connectTimeout ?? curl.connectTimeout
    // Each is a connection of its own, and servers take few of those that have not logged in yet.
    curl.maximumConcurrentRequests = min(8, options.maximumConcurrentRequests ?? 8)
    curl.maximumIdleConnections = curl.maximumConcurrentRequests
    let credential = settings.credential
    let use = Use(
      place: settings.place, user: credential.user, keyFile: credential.keyFile, hasPassword: credential.password != nil,
      options: curl)
    return try started.withLock { started throws(ObjectStoreError) in
      if let transport = started[use] { return transport }
      let transport = try CurlTransport(curl)
      started[use] = transport
      return transport
    }
  }
}
