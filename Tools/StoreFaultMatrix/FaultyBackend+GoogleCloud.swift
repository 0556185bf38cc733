import CloudAuth
import FakeObjectStores
import GoogleCloudStorage
import HTTPTransport
import ObjectStorage

extension FaultyBackend {
  /// Google Cloud Storage over sockets, against the fake server, with a token.
  static let googleCloud = FaultyBackend(
    name: "gs",
    faults: wireFaults() + [
      Fault("429 rateLimitExceeded, twice", .server(.answer(429, "rateLimitExceeded", "slow down"), 2)),
      Fault(
        "429 with Retry-After: 1", .server(.answer(429, "rateLimitExceeded", "slow down", retryAfter: 1), 1)),
      Fault(
        "429, for ever", .server(.answer(429, "rateLimitExceeded", "slow down"), nil), .error(.throttled)),
      Fault("503 backendError, twice", .server(.answer(503, "backendError", "Backend Error"), 2)),
      Fault(
        "503, for ever", .server(.answer(503, "backendError", "Backend Error"), nil), .error(.unavailable)),
      Fault("401 authError, once", .server(.answer(401, "authError", "Invalid Credentials"), 1)),
      Fault(
        "401, for ever", .server(.answer(401, "authError", "Invalid Credentials"), nil),
        .error(.expiredCredential)),
      Fault("403 forbidden", .server(.answer(403, "forbidden", "no access"), nil), .error(.forbidden)),
      Fault("one byte is another", .server(.flip(at: 12_345), 1), .error(.corrupt), operations: [.get]),
      Fault("redirect to elsewhere", .server(.answer(307, "redirect", "there"), nil), .error(.redirected)),
    ]
  ) { (fault, operation) throws(ObjectStoreError) in
    let (kind, match) = try serverFault(fault)
    let server = try started { () throws(FakeServerError) in try FakeGCS { $0.tokens = ["token"] } }
    let token = ExplicitSource(BearerToken(Secret("token")))
    let options = GCSOptions(
      identity: .credentials(CredentialCache<BearerToken>([token])),
      endpoint: try HTTPURL(parsing: server.host.endpoint))
    let bucket = try GCSStore(bucket: "data", options: options, transport: transport())
    server.host.inject(kind, into: match)
    let truth = FakeTruth(
      read: { server.bytes(bucket: "data", key: $0) }, write: { try server.put($0, bucket: "data", key: $1) })
    return Bench(
      store: StoreLayers(policy: policy).around(bucket, endpoint: server.host.endpoint), truth: truth, owner: server)
  }
}
