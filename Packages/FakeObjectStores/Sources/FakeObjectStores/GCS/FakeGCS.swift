import ObjectStorage
import Synchronization

/// Google Cloud Storage's JSON API inside this process: objects with generations and checksums, pages,
/// uploads in one body, in parts of a body and in sessions, copies in steps.
public final class FakeGCS: Sendable {
  /// How the server behaves.
  public struct Options: Sendable {
    /// Tokens that may read and write; empty for no check at all, as emulators do.
    public var tokens: Set<String> = []
    /// A service account whose signed URLs count.
    public var signer: FakeServiceAccount?
    /// Buckets that anybody may read.
    public var publicBuckets: Set<String> = []
    /// The most objects and prefixes on one page of a listing.
    public var pageLength = 1000
    /// Bytes that one step of a copy moves.
    public var copyStepByteCount = 1 << 20
    /// The most bytes that one request of an upload session keeps, though more were sent; nil for all.
    public var keptByteCount: Int?

    public init() {}
  }

  /// Listens, fails and logs.
  public let host: FakeHost
  private let service: GCSService

  /// Starts a server.
  public init(buckets: [String] = ["data"], _ configure: (inout Options) -> Void = { _ in })
    throws(FakeServerError)
  {
    var options = Options()
    configure(&options)
    service = GCSService(options, MemoryTable(buckets: buckets))
    host = try FakeHost(service)
  }

  /// Stores an object directly.
  public func put(_ bytes: [UInt8], bucket: String, key: String) throws(FakeServerError) {
    do throws(S3Error) {
      _ = try service.store(bytes, bucket, KeyBytes(key), nil, WriteCondition(), .now)
    } catch {
      throw FakeServerError(
        .directory, expected: "a key that can be stored", found: error.message, remedy: "choose another")
    }
  }

  /// An object's bytes, nil when there is none.
  public func bytes(bucket: String, key: String) -> [UInt8]? {
    service.table.object(bucket, KeyBytes(key))?.withBytes { Array($0) }
  }

  /// The bucket's keys, sorted by their bytes.
  public func keys(bucket: String) -> [String] {
    service.table.objects(bucket, prefix: KeyBytes(""), from: KeyBytes(""), limit: .max).map(\.key.text)
  }

  /// Upload sessions that are open.
  public var openSessionCount: Int { service.sessions.withLock { $0.open.count } }

  /// Has all tokens but these refused from now on.
  public func setTokens(_ tokens: Set<String>) { service.tokens.withLock { $0 = tokens } }
}
