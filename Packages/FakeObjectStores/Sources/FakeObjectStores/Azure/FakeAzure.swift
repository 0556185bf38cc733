public import ObjectStorage
import Synchronization

/// Azure Blob Storage inside this process: one account, its containers with block blobs; it checks shared
/// keys, shared access signatures and tokens.
public final class FakeAzure: Sendable {
  /// How the server behaves.
  public struct Options: Sendable {
    public var account = "fakeaccount"
    /// The account's key, in base64.
    public var key = "ZmFrZS1henVyZS1rZXktZm9yLXRlc3RzLW9ubHktMDEyMzQ1Njc4OQ=="
    /// Tokens that may read and write.
    public var tokens: Set<String> = []
    /// Containers that anybody may read.
    public var publicContainers: Set<String> = []
    /// The most blobs and prefixes on one page of a listing.
    public var pageLength = 5000
    /// How many looks at a blob find its copy still under way.
    public var pendingCopyLooks = 0

    public init() {}
  }

  /// Listens, fails and logs.
  public let host: FakeHost
  public let options: Options
  private let service: AzureService

  /// Starts a server.
  public init(containers: [String] = ["data"], _ configure: (inout Options) -> Void = { _ in })
    throws(FakeServerError)
  {
    var options = Options()
    configure(&options)
    self.options = options
    service = AzureService(options, MemoryTable(buckets: containers))
    host = try FakeHost(service)
  }

  /// Where the account's blobs are: `http://127.0.0.1:port/account`.
  public var endpoint: String { host.endpoint + "/" + options.account }

  /// Stores a blob directly.
  public func put(_ bytes: [UInt8], container: String, key: String) throws(FakeServerError) {
    do throws(S3Error) {
      _ = try service.store(bytes, container, KeyBytes(key), nil, WriteCondition(), .now)
    } catch {
      throw FakeServerError(
        .directory, expected: "a name that can be stored", found: error.message, remedy: "choose another")
    }
  }

  /// A blob's bytes, nil when there is none.
  public func bytes(container: String, key: String) -> [UInt8]? {
    service.table.object(container, KeyBytes(key))?.withBytes { Array($0) }
  }

  /// The container's blobs, sorted by their names' bytes.
  public func keys(container: String) -> [String] {
    service.table.objects(container, prefix: KeyBytes(""), from: KeyBytes(""), limit: .max).map(\.key.text)
  }

  /// The query of a URL that grants access to a container until then: a shared access signature.
  /// - Parameter permissions: letters such as `rl` or `racwdl`.
  public func sharedAccessSignature(container: String, permissions: String, until end: UnixTime) -> String {
    let fields = [
      ("sv", "2021-12-02"), ("se", end.iso8601), ("sr", "c"), ("sp", permissions), ("spr", "https,http"),
    ]
    let signature = AzureVerifier(options).signature(
      ofFields: Dictionary(fields) { first, _ in first }, resource: container)
    return (fields + [("sig", signature)]).map {
      $0.0 + "=" + PercentEncoding.encoded($0.1.utf8, keepingSlashes: false)
    }.joined(separator: "&")
  }

  /// Has all tokens but these refused from now on.
  public func setTokens(_ tokens: Set<String>) { service.tokens.withLock { $0 = tokens } }
}
