import AzureStorage
import CloudAuth
import FakeObjectStores
import HTTPTransport
import ObjectStorage

extension FaultyBackend {
  /// Azure Blob Storage over sockets, against the fake server, with a token.
  ///
  /// A changed byte is not among the faults: the service tells no digest of blobs in blocks, TLS protects the way.
  static let azure = FaultyBackend(
    name: "azure",
    faults: wireFaults() + [
      Fault("503 ServerBusy, twice", .server(.answer(503, "ServerBusy", "busy"), 2)),
      Fault("503 with Retry-After: 1", .server(.answer(503, "ServerBusy", "busy", retryAfter: 1), 1)),
      Fault("503 ServerBusy, for ever", .server(.answer(503, "ServerBusy", "busy"), nil), .error(.throttled)),
      Fault("500 OperationTimedOut, twice", .server(.answer(500, "OperationTimedOut", "late"), 2)),
      Fault("500, for ever", .server(.internalError, nil), .error(.unavailable)),
      Fault("401, once", .server(.answer(401, "InvalidAuthenticationInfo", "The token is expired."), 1)),
      Fault(
        "401, for ever", .server(.answer(401, "InvalidAuthenticationInfo", "The token is expired."), nil),
        .error(.expiredCredential)),
      Fault(
        "403 AuthorizationPermissionMismatch",
        .server(.answer(403, "AuthorizationPermissionMismatch", "no"), nil), .error(.forbidden)),
      Fault("digest refused, once", .server(.answer(400, "Md5Mismatch", "no"), 1), operations: [.put]),
      Fault("redirect to elsewhere", .server(.answer(307, "Moved", "there"), nil), .error(.redirected)),
    ]
  ) { (fault, operation) throws(ObjectStoreError) in
    let (kind, match) = try serverFault(fault)
    let server = try started { () throws(FakeServerError) in try FakeAzure { $0.tokens = ["token"] } }
    let token = ExplicitSource(AzureCredential.bearer(BearerToken(Secret("token"))))
    let options = AzureOptions(
      identity: .credentials(CredentialCache<AzureCredential>([token])),
      endpoint: try HTTPURL(parsing: server.endpoint))
    let container = try AzureStore(container: "data", options: options, transport: transport())
    server.host.inject(kind, into: match)
    let truth = FakeTruth(
      read: { server.bytes(container: "data", key: $0) },
      write: { try server.put($0, container: "data", key: $1) })
    return Bench(
      store: StoreLayers(policy: policy).around(container, endpoint: server.host.endpoint), truth: truth,
      owner: server)
  }
}
