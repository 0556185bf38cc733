public import CloudAuth
public import HTTPTransport
public import ObjectStorage

/// Where a storage account is and how to ask for its blobs.
public struct AzureOptions: Sendable {
  /// Who asks.
  public enum Identity: Sendable {
    /// Requests are authorized with the first credential found.
    case credentials(CredentialCache<AzureCredential>)
    /// Requests are not authorized. Never chosen by itself.
    case anonymous
  }

  /// Where the account's blobs are, such as `https://account.blob.core.windows.net`.
  public var endpoint: HTTPURL
  /// Who asks.
  public var identity: Identity
  /// Further headers for every request.
  public var headers: [StoreOptions.Header]
  /// Blobs of more bytes are uploaded in blocks.
  public var blockThreshold = 32 << 20
  /// The least size of a block, the last excepted.
  public var blockByteCount = 16 << 20
  /// Blocks of one blob under way at once.
  public var concurrentBlocks = 4

  /// Makes options.
  public init(identity: Identity, endpoint: HTTPURL, headers: [StoreOptions.Header] = []) {
    self.identity = identity
    self.endpoint = endpoint
    self.headers = headers
  }
}
