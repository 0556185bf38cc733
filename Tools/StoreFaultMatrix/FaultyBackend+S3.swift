import CloudAuth
import FakeObjectStores
import HTTPTransport
import ObjectStorage
import S3Storage

extension FaultyBackend {
  /// What to inject where.
  enum Injection: Sendable {
    /// Into the fake server: so many times, nil for always.
    case server(FakeFault, Int?)
    /// In front of a store: so many times in succession.
    case store(StoreFault, Int)
  }

  /// S3 over sockets, against the fake server.
  static let s3 = FaultyBackend(
    name: "s3",
    faults: [
      Fault("latency of 50 ms", .server(.latency(.milliseconds(50)), 3)),
      Fault("503 SlowDown, twice", .server(.slowDown(), 2)),
      Fault("503 with Retry-After: 1", .server(.slowDown(retryAfter: 1), 1)),
      Fault("503 SlowDown, for ever", .server(.slowDown(), nil), .error(.throttled)),
      Fault("500, twice", .server(.internalError, 2)),
      Fault("500, for ever", .server(.internalError, nil), .error(.unavailable)),
      Fault("expired token, once", .server(.expiredToken, 1)),
      Fault("expired token, for ever", .server(.expiredToken, nil), .error(.expiredCredential)),
      Fault("access denied", .server(.answer(403, "AccessDenied", "no"), nil), .error(.forbidden)),
      Fault("no answer, twice", .server(.noAnswer, 2)),
      Fault("no answer, for ever", .server(.noAnswer, nil), .error(.connectionFailed)),
      Fault("lost answer, once", .server(.lostAnswer, 1)),
      Fault("reset before the body", .server(.reset(after: 0), 2), operations: [.get, .list]),
      Fault("reset within the body", .server(.reset(after: 100_000), 2), operations: [.get]),
      Fault("body that ends early", .server(.truncate(after: 100_000), 2), operations: [.get]),
      Fault("listing that ends early", .server(.truncate(after: 100), 2), operations: [.list]),
      Fault(
        "stall within the body", .server(.stall(after: 100_000, for: .seconds(30)), 1), operations: [.get]),
      Fault("trickle of 300 KB/s", .server(.trickle(bytesPerSecond: 300_000), 1), operations: [.get]),
      Fault("one byte is another", .server(.flip(at: 12_345), 1), .error(.corrupt), operations: [.get]),
      Fault("digest refused, once", .server(.answer(400, "BadDigest", "no"), 1)),
      Fault(
        "redirect to elsewhere", .server(.answer(307, "TemporaryRedirect", "there"), nil), .error(.redirected)
      ),
    ]
  ) { (fault, operation) throws(ObjectStoreError) in
    guard case .server(let kind, let count) = fault.inject else {
      throw ObjectStoreError(.misconfigured, url: fault.name)
    }
    let server: FakeS3
    do { server = try FakeS3() } catch {
      throw ObjectStoreError(.misconfigured, url: "fake S3", detail: "\(error)")
    }
    let keys = FakeS3.Credential.test
    let credential = AWSCredential(
      accessKeyID: keys.accessKeyID, secretAccessKey: Secret(keys.secretAccessKey))
    var options = S3Options(
      identity: .credentials(CredentialCache<AWSCredential>([ExplicitSource(credential)])),
      endpoint: try HTTPURL(parsing: server.endpoint))
    options.verifiesDownloads = true
    var transport = CurlOptions()
    transport.stallTimeout = .seconds(1)
    let bucket = try S3Store(bucket: "data", options: options, transport: CurlTransport(transport))
    server.inject(kind, into: RequestMatch(count: count))
    return Bench(
      store: StoreLayers(policy: policy).around(bucket, endpoint: server.endpoint), truth: FakeTruth(server),
      owner: server)
  }
}

/// What is really in the server, written and read beside its sockets.
private struct FakeTruth: ObjectStore {
  let server: FakeS3

  init(_ server: FakeS3) { self.server = server }

  func head(_ key: ObjectKey) async throws(ObjectStoreError) -> ObjectInfo {
    guard let bytes = server.bytes(bucket: "data", key: key.text) else {
      throw ObjectStoreError(.notFound, url: key.text)
    }
    return ObjectInfo(key: key, byteCount: bytes.count)
  }

  func get(
    _ key: ObjectKey, options: GetOptions, into sink: any ByteSink
  ) async throws(ObjectStoreError) -> ObjectInfo {
    let info = try await head(key)
    let bytes = server.bytes(bucket: "data", key: key.text) ?? []
    try sink.write(bytes.span.bytes)
    return info
  }

  func put(
    _ key: ObjectKey, from source: any ByteSource, options: PutOptions
  ) async throws(ObjectStoreError) -> ObjectInfo {
    do {
      try server.put(try source.bytes(at: 0, count: source.byteCount), bucket: "data", key: key.text)
    } catch {
      throw ObjectStoreError(.misconfigured, url: key.text, detail: "\(error)")
    }
    return ObjectInfo(key: key, byteCount: source.byteCount)
  }
}
