import ObjectStorage
import Synchronization
public import Threading

/// An S3-compatible server inside this process, for tests, examples and benchmarks.
///
/// Listens on a free port of 127.0.0.1, checks every signature as AWS does, and fails as it is told to.
/// Objects live in memory or in a directory. Ends when the last reference goes.
///
/// ```swift
/// let server = try FakeS3(buckets: ["data"])
/// server.inject(.slowDown(retryAfter: 1), into: RequestMatch(method: "GET", count: 2))
/// ```
public final class FakeS3: Sendable {
  /// A pair of keys that the server knows.
  public struct Credential: Sendable, Hashable {
    public var accessKeyID: String
    public var secretAccessKey: String
    /// For temporary credentials: requests must carry exactly this.
    public var sessionToken: String?

    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
      self.accessKeyID = accessKeyID
      self.secretAccessKey = secretAccessKey
      self.sessionToken = sessionToken
    }

    /// A pair for tests.
    public static let test = Credential(
      accessKeyID: "AKIAFAKEFAKEFAKEFAKE", secretAccessKey: "fake/secret+key/for/tests/only0123456789")
  }

  /// How the server behaves.
  public struct Options: Sendable {
    public var credentials: [Credential] = [.test]
    /// A server whose temporary keys count here too, until their end.
    public var issuer: FakeCredentialServices?
    public var region = "us-east-1"
    /// Buckets that anybody may read without a signature.
    public var publicBuckets: Set<String> = []
    /// Where objects are kept, as `directory/bucket/key`; nil for memory.
    public var directory: String?
    /// The most objects and prefixes on one page of a listing.
    public var pageLength = 1000
    /// The smallest part of a multipart upload but the last; 5 MiB on AWS.
    public var minimumPartByteCount = 5 << 20
    /// The largest object that one PUT may bring; 5 GiB on AWS.
    public var maximumPutByteCount = 5 << 30
    /// The largest object that one copy request may copy; 5 GiB on AWS.
    public var maximumCopyByteCount = 5 << 30
    /// Requests a second that are answered; more get 503 `SlowDown`. Nil for all.
    public var requestsPerSecond: Int?
    /// The bandwidth of each connection; nil for as fast as it goes.
    public var bytesPerSecond: Int?

    public init() {}
  }

  public let options: Options
  let table: any ObjectTable
  private let service: S3Service
  private let server: HTTPServer

  /// Starts a server.
  /// - Throws: ``FakeServerError`` when there is no socket, or the directory can't be used.
  public init(buckets: [String] = ["data"], _ configure: (inout Options) -> Void = { _ in })
    throws(FakeServerError)
  {
    var options = Options()
    configure(&options)
    self.options = options
    if let directory = options.directory {
      table = try DirectoryTable(root: directory, buckets: buckets)
    } else {
      table = MemoryTable(buckets: buckets)
    }
    service = S3Service(options, table)
    server = try HTTPServer("fake-s3", service)
    service.stopSignal.withLock { [stopSignal = server.stopSignal] in $0 = stopSignal }
  }

  deinit { server.stop() }

  /// The port on 127.0.0.1.
  public var port: Int { Int(server.port) }
  /// What to give a client as its endpoint, for path-style addresses: `http://127.0.0.1:port`.
  public var endpoint: String { "http://127.0.0.1:\(server.port)" }
  /// Connections accepted since the start.
  public var connectionCount: Int { server.connectionCount }

  /// Breaks all connections and refuses new ones. Returns at once.
  public func stop() { server.stop() }

  /// Stops, and blocks until all threads have ended.
  /// - Throws: ``FakeServerError`` `.stillRunning` at the deadline.
  public func stopAndWait(until deadline: Deadline = .after(.seconds(10))) throws(FakeServerError) {
    server.stop()
    do {
      try server.waitUntilStopped(deadline)
    } catch {
      throw FakeServerError(
        .stillRunning, expected: "all connections to end", found: "\(error)",
        remedy: "close the clients first",
        cause: error)
    }
  }

  // MARK: what is in it

  /// Stores an object directly.
  /// - Throws: ``FakeServerError`` `.directory` when the bucket is not there or the file can't be written.
  public func put(_ bytes: [UInt8], bucket: String, key: String) throws(FakeServerError) {
    guard table.hasBucket(bucket) else {
      throw FakeServerError(
        .directory, expected: "one of the buckets \(table.bucketNames)", found: bucket,
        remedy: "name it at the start")
    }
    do {
      _ = try table.put(
        bytes, bucket, KeyBytes(key), entityTag: nil, contentType: nil, WriteCondition(), now: .now)
    } catch {
      throw FakeServerError(
        .directory, expected: "a key that can be stored", found: error.message, remedy: "choose another key")
    }
  }

  /// An object's bytes, nil when there is none.
  public func bytes(bucket: String, key: String) -> [UInt8]? {
    table.object(bucket, KeyBytes(key))?.withBytes { Array($0) }
  }

  /// The bucket's keys, sorted by their bytes.
  public func keys(bucket: String) -> [String] {
    let none = KeyBytes("")
    return ((try? table.objects(bucket, prefix: none, from: none, limit: .max)) ?? []).map(\.key.text)
  }

  // MARK: what goes wrong, and what was asked

  /// Lets requests go wrong. Several faults may hit one request.
  public func inject(_ fault: FakeFault, into match: RequestMatch = RequestMatch()) {
    service.script.withLock { $0.add(fault, match) }
  }

  /// Forgets all faults that are still to come.
  public func clearFaults() { service.script.withLock { $0.clear() } }

  /// Sets the server's clock forward or back against the true time.
  public func setClockOffset(_ offset: Duration) { service.clockOffset.withLock { $0 = offset } }

  /// The requests so far, at most the newest 100,000. One is in it before its client has the answer.
  public var requests: [LoggedRequest] { service.log.withLock { $0 } }

  public func clearRequests() { service.log.withLock { $0 = [] } }
}

/// One request that was answered, or broken off.
public struct LoggedRequest: Sendable, Hashable {
  /// The request's number, from 0, in the order in which answers were ready.
  public let number: Int
  /// The connection it came over, counted from 0.
  public let connection: Int
  public let method: String
  public let bucket: String
  public let key: String
  /// The query as sent.
  public let query: String?
  /// The `Range` header as sent.
  public let range: String?
  /// The status of the answer; 0 when there was none.
  public let status: Int
  /// The service's code of an error.
  public let errorCode: String?
  /// Bytes of body of the answer that the headers announced.
  public let byteCount: Int
  /// Whether the answer went out whole, as far as this side can tell; while it is on its way, whether it is
  /// meant to.
  public internal(set) var isComplete: Bool
  /// The faults that it got.
  public let faults: [FakeFault]
}
