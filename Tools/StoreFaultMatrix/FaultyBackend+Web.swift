import FakeObjectStores
import HTTPStorage
import HTTPTransport
import ObjectStorage

extension FaultyBackend {
  /// A web server, which is read only: the fake S3 server with a bucket that anybody may read.
  ///
  /// A changed byte is not among the faults: HTTP has no digest of a body. An index's hashes find it.
  static let web = FaultyBackend(
    name: "http",
    faults: wireFaults(isReadOnly: true) + [
      web("503, twice", .slowDown(), 2),
      web("503 with Retry-After: 1", .slowDown(retryAfter: 1), 1),
      web("503, for ever", .slowDown(), nil, .error(.unavailable)),
      web("429, for ever", .answer(429, "TooManyRequests", "later"), nil, .error(.throttled)),
      web("500, twice", .internalError, 2),
      web("500, for ever", .internalError, nil, .error(.unavailable)),
      web("401", .answer(401, "Unauthorized", "who?"), nil, .error(.unauthorized)),
      web("403", .answer(403, "Forbidden", "no"), nil, .error(.forbidden)),
      web("404", .answer(404, "NotFound", "none"), nil, .error(.notFound)),
      web("redirect without a place", .answer(307, "Redirect", "there"), nil, .error(.redirected)),
    ]
  ) { (fault, operation) throws(ObjectStoreError) in
    let (kind, match) = try serverFault(fault)
    let server = try started { () throws(FakeServerError) in try FakeS3 { $0.publicBuckets = ["data"] } }
    let options = HTTPStoreOptions(base: try HTTPURL(parsing: server.endpoint + "/data"))
    let store = HTTPStore(options: options, transport: try transport())
    server.inject(kind, into: match)
    return Bench(
      store: StoreLayers(policy: policy).around(store, endpoint: server.endpoint), truth: truth(of: server),
      owner: server)
  }

  private static func web(
    _ name: String, _ kind: FakeFault, _ count: Int?, _ expectation: FaultMatrix.Expectation = .right
  ) -> Fault {
    Fault(name, .server(kind, count), expectation, operations: [.get], otherwise: .error(.unsupported))
  }
}
