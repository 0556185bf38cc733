import CloudAuth
import FakeObjectStores
import HTTPTransport
import ObjectStorage
import S3Storage

extension FaultyBackend {
  /// S3 over sockets, against the fake server.
  static let s3 = FaultyBackend(
    name: "s3",
    faults: wireFaults() + [
      Fault("503 SlowDown, twice", .server(.slowDown(), 2)),
      Fault("503 with Retry-After: 1", .server(.slowDown(retryAfter: 1), 1)),
      Fault("503 SlowDown, for ever", .server(.slowDown(), nil), .error(.throttled)),
      Fault("500, twice", .server(.internalError, 2)),
      Fault("500, for ever", .server(.internalError, nil), .error(.unavailable)),
      Fault("expired token, once", .server(.expiredToken, 1)),
      Fault("expired token, for ever", .server(.expiredToken, nil), .error(.expiredCredential)),
      Fault("access denied", .server(.answer(403, "AccessDenied", "no"), nil), .error(.forbidden)),
      Fault("one byte is another", .server(.flip(at: 12_345), 1), .error(.corrupt), operations: [.get]),
      Fault("digest refused, once", .server(.answer(400, "BadDigest", "no"), 1)),
      Fault(
        "redirect to elsewhere", .server(.answer(307, "TemporaryRedirect", "there"), nil), .error(.redirected)
      ),
    ]
  ) { (fault, operation) throws(ObjectStoreError) in
    let (kind, match) = try serverFault(fault)
    let server = try started { () throws(FakeServerError) in try FakeS3() }
    let keys = FakeS3.Credential.test
    let credential = AWSCredential(
      accessKeyID: keys.accessKeyID, secretAccessKey: Secret(keys.secretAccessKey))
    var options = S3Options(
      identity: .credentials(CredentialCache<AWSCredential>([ExplicitSource(credential)])),
      endpoint: try HTTPURL(parsing: server.endpoint))
    options.verifiesDownloads = true
    let bucket = try S3Store(bucket: "data", options: options, transport: transport())
    server.inject(kind, into: match)
    return Bench(
      store: StoreLayers(policy: policy).around(bucket, endpoint: server.endpoint), truth: truth(of: server),
      owner: server)
  }

  /// What is really in the server.
  static func truth(of server: FakeS3) -> FakeTruth {
    FakeTruth(
      read: { server.bytes(bucket: "data", key: $0) }, write: { try server.put($0, bucket: "data", key: $1) })
  }
}
