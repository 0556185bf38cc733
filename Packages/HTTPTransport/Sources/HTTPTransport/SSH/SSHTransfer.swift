import BinaryIO
import CCurl
import ObjectStorage

/// One transfer with an SSH file server in progress.
// Safe because its superclass is: one thread at a time touches it.
final class SSHTransfer: CurlTransfer, @unchecked Sendable {
  typealias Outcome = Result<SSHAnswer, ObjectStoreError>

  let request: SSHRequest
  var continuation: CheckedContinuation<Outcome, Never>?
  /// Commands that libcurl reads while the transfer runs.
  private var commands: CurlList?
  private var byteCount: Int?
  private var modified: UnixTime?
  /// Whether somebody had logged in.
  private var wasConnected = false
  /// Why the host's key is not taken.
  private var keyFlaw: String?
  private var handle: CurlHandle?

  init(_ request: SSHRequest) {
    self.request = request
    var source: (any ByteSource)?
    if case .write(let bytes) = request.operation { source = bytes }
    super.init(
      url: "sftp://\(request.place.authority)\(request.path)", source: source, destination: request.destination)
  }

  /// - Throws: `.unsupported` where this machine's libcurl has no SFTP.
  static func checkSupport(_ request: SSHRequest) throws(ObjectStoreError) {
    guard ccurl_has_protocol("sftp") == 0 else { return }
    throw ObjectStoreError(
      .unsupported, url: "sftp://\(request.place.authority)", detail: "expected a libcurl with SFTP, found one without",
      remedy: "install a libcurl that `curl --version` lists sftp for, such as Debian's libcurl4")
  }

  override var partial: ObjectInfo? {
    if case .sink(_, let info) = destination { return info }
    return nil
  }

  override func prepare(_ setup: CurlSetup, _ options: CurlOptions) -> ObjectStoreError? {
    if let error = super.prepare(setup, options) { return error }
    handle = setup.handle
    setup.set(CURLOPT_URL, "sftp://\(request.place.authority)" + PercentEncoding.encodedPath(request.path))
    setup.set(CURLOPT_PROTOCOLS_STR, "sftp")
    setup.set(CURLOPT_FILETIME, 1)
    prepareHostKeys(setup)
    prepareLogin(setup)
    // libcurl keeps it in 32 bits.
    setup.set(CURLOPT_TIMEOUT_MS, min(2_000_000_000, timeLimit(options).curlMilliseconds))
    switch request.operation {
    case .look: setup.set(CURLOPT_NOBODY, 1)
    case .read(let range?): setup.set(CURLOPT_RANGE, "\(range.lowerBound)-\(range.upperBound - 1)")
    case .read(nil), .list: break
    case .write:
      setup.set(CURLOPT_UPLOAD, 1)
      setup.set(CURLOPT_FTP_CREATE_MISSING_DIRS, 1)
      commands = setup.set(CURLOPT_POSTQUOTE, request.commands)
    case .nothing:
      setup.set(CURLOPT_NOBODY, 1)
      commands = setup.set(CURLOPT_QUOTE, request.commands)
    }
    return refused(setup)
  }

  private func prepareHostKeys(_ setup: CurlSetup) {
    switch request.place.hostKeys {
    case .known(let file):
      setup.set(CURLOPT_SSH_KNOWNHOSTS, file)
      setup.setKeyCallback(of: self)
    case .digest(let digest): setup.set(CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, digest)
    case .any: break
    }
  }

  private func prepareLogin(_ setup: CurlSetup) {
    let login = request.login
    setup.set(CURLOPT_USERNAME, login.user)
    var ways = 0
    if let file = login.keyFile {
      ways |= 1 << 0  // CURLSSH_AUTH_PUBLICKEY, a macro that is not imported; so are the others.
      setup.set(CURLOPT_SSH_PRIVATE_KEYFILE, file)
      if let passphrase = login.passphrase { setup.set(CURLOPT_KEYPASSWD, passphrase()) }
    }
    if let password = login.password {
      ways |= 1 << 1 | 1 << 3  // …_PASSWORD, …_KEYBOARD
      setup.set(CURLOPT_PASSWORD, password())
    }
    if login.usesAgent { ways |= 1 << 4 }  // …_AGENT
    setup.set(CURLOPT_SSH_AUTH_TYPES, ways)
  }

  /// libcurl watches the rate of bytes only once they flow: what comes before gets a limit of its own, and bytes the time
  /// that they take at the least rate.
  private func timeLimit(_ options: CurlOptions) -> Duration {
    let start = options.connectTimeout + options.stallTimeout
    func time(for byteCount: Int) -> Duration { .seconds(byteCount / max(1, options.stallBytesPerSecond)) }
    switch request.operation {
    case .look, .nothing: return start
    case .read(let range): return start + time(for: range?.count ?? 1 << 50)
    case .write(let source): return start + options.stallTimeout + time(for: source.byteCount)
    case .list: return start + .seconds(600)
    }
  }

  /// Decides about the host's key; notes why not.
  func trusts(_ match: curl_khmatch, keyType: curl_khtype?) -> Bool {
    guard match != CURLKHMATCH_OK else { return true }
    let kind =
      switch keyType {
      case CURLKHTYPE_ED25519: "an Ed25519 key"
      case CURLKHTYPE_ECDSA: "an ECDSA key"
      case CURLKHTYPE_RSA: "an RSA key"
      default: "a key"
      }
    keyFlaw = match == CURLKHMATCH_MISMATCH ? "\(kind) that is another than the known one" : "\(kind), and none known for this host"
    return false
  }

  override func bodyBegins() -> ObjectStoreError? {
    guard let expected = request.expected, let handle else { return nil }
    read(handle)
    guard byteCount != expected.byteCount || modified != expected.modified else { return nil }
    return ObjectStoreError(
      .preconditionFailed, url: url, detail: "expected the file that was looked at, found it replaced",
      remedy: "read the object again from its start")
  }

  override func ended(_ handle: CurlHandle) {
    wasConnected = handle.number(CURLINFO_PRETRANSFER_TIME_T) > 0
    read(handle)
    self.handle = nil
  }

  /// Takes over what the server has told of the file.
  private func read(_ handle: CurlHandle) {
    let size = handle.number(CURLINFO_CONTENT_LENGTH_DOWNLOAD_T)
    byteCount = size >= 0 ? size : nil
    let time = handle.number(CURLINFO_FILETIME_T)
    modified = time >= 0 ? UnixTime(seconds: Int64(time)) : nil
  }

  override func finish(_ code: CURLcode) {
    if let ownError {
      answer(.failure(ownError))
    } else if code == CURLE_OK {
      answer(.success(SSHAnswer(byteCount: byteCount, modified: modified, body: body)))
    } else {
      answer(.failure(error(code)))
    }
  }

  override func fail(_ error: ObjectStoreError) { answer(.failure(error)) }

  /// Hands the outcome to the waiting task, once.
  private func answer(_ outcome: Outcome) {
    continuation?.resume(returning: outcome)
    continuation = nil
  }

  override func error(_ code: CURLcode) -> ObjectStoreError {
    func make(_ kind: ObjectStoreError.Code, _ remedy: String = "", _ retry: RetryAdvice? = nil) -> ObjectStoreError {
      ObjectStoreError(kind, url: url, detail: detail(code), retry: retry, remedy: remedy, partial: partial)
    }
    switch code {
    case CURLE_REMOTE_FILE_NOT_FOUND: return make(.notFound, "check the path")
    case CURLE_REMOTE_ACCESS_DENIED: return make(.forbidden, "check the rights of user \(request.login.user) there")
    case CURLE_LOGIN_DENIED:
      return make(.unauthorized, "check user, key and password: `ssh -p \(request.place.port) \(request.login.user)@\(request.place.host)`")
    case CURLE_PEER_FAILED_VERIFICATION: return hostKeyError(code)
    case CURLE_OPERATION_TIMEDOUT: return make(wasConnected ? .timedOut : .unreachable)
    case CURLE_RANGE_ERROR, CURLE_BAD_DOWNLOAD_RESUME: return make(.rangeNotSatisfiable)
    case CURLE_REMOTE_DISK_FULL: return make(.rejected, "make room on the server")
    case CURLE_REMOTE_FILE_EXISTS: return make(.alreadyExists)
    case CURLE_QUOTE_ERROR: return make(.rejected)
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SSH, CURLE_GOT_NOTHING:
      return make(byteCount != nil || !body.isEmpty ? .interrupted : .connectionFailed)
    default: return super.error(code)
    }
  }

  private func hostKeyError(_ code: CURLcode) -> ObjectStoreError {
    let place = request.place
    guard case .known(let file) = place.hostKeys else {
      return ObjectStoreError(
        .untrusted, url: url, detail: detail(code), remedy: "check the digest of the host's key with its administrator")
    }
    let port = place.port == 22 ? "" : "-p \(place.port) "
    return ObjectStoreError(
      .untrusted, url: url, detail: "expected a host key that \(file) holds, found \(keyFlaw ?? "another")",
      remedy: "compare with the server's administrator, then `ssh-keyscan \(port)\(place.host) >> \(file)`")
  }
}
