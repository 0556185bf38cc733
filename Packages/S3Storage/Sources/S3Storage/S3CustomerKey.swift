import BinaryIO
public import CloudAuth
import HTTPTransport
public import ObjectStorage
import ShardHashing
import Threading

/// A key of 256 bits that the service encrypts objects with and does not keep (SSE-C): who loses it loses the objects.
public struct S3CustomerKey: Sendable {
  private let key: Secret

  /// Takes a key.
  /// - Returns: nil for other lengths than 32 bytes.
  public init?(_ key: Secret) {
    guard key.byteCount == 32 else { return nil }
    self.key = key
  }

  /// Reads a key from a file: its 32 bytes, or those in base64.
  /// - Throws: `.misconfigured`.
  public init(file path: String) async throws(ObjectStoreError) {
    let read = await BlockingPool.shared.run { () -> Result<[UInt8], FileError> in
      do throws(FileError) { return .success(try FileSystem.readAll(path, limit: .kilobytes(4))) } catch {
        return .failure(error)
      }
    }
    let bytes: [UInt8]
    switch read {
    case .success(let found): bytes = found
    case .failure(let error):
      throw Self.unusable(path, "expected \(error.expected), found \(error.found)")
    }
    if bytes.count == 32 {
      key = Secret(bytes: bytes.span.bytes)
      return
    }
    let text = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    guard let decoded = Base64.decoded(text), decoded.count == 32 else {
      throw Self.unusable(path, "expected 32 bytes, also in base64, found \(bytes.count) bytes of another form")
    }
    key = Secret(bytes: decoded.span.bytes)
  }

  private static func unusable(_ path: String, _ detail: String) -> ObjectStoreError {
    ObjectStoreError(
      .misconfigured, url: path, detail: "sse_customer_key_file: \(detail)", remedy: "make a key with `openssl rand -out FILE 32`")
  }

  /// Header fields that show the key.
  /// - Parameter prefix: what they begin with.
  func headers(_ prefix: String) -> [(name: String, value: String)] {
    let bytes = key.withBytes { $0.copied() }
    return [
      (prefix + "-algorithm", "AES256"), (prefix + "-key", Base64.encoded(bytes)),
      (prefix + "-key-MD5", Base64.encoded(digest(.md5, of: bytes))),
    ]
  }
}

extension S3Store {
  /// Adds the customer's key to the requests that need it.
  /// - Throws: `.misconfigured` where the key would go over the network in the open.
  func add(
    _ key: S3CustomerKey, to headers: inout HTTPHeaders, of request: ObjectRequest, _ url: HTTPURL
  ) throws(ObjectStoreError) {
    guard request.key != nil else { return }
    let begins = request.method == .post && request.query.contains { $0.0 == "uploads" }
    guard begins || [.get, .head, .put].contains(request.method) else { return }
    guard url.scheme == "https" || url.isLoopback else {
      throw ObjectStoreError(
        .misconfigured, url: self.url(of: request.key), detail: "expected https for a customer's key, found http to \(url.host)",
        remedy: "use an https endpoint")
    }
    var fields = key.headers("x-amz-server-side-encryption-customer")
    if headers["x-amz-copy-source"] != nil {
      fields += key.headers("x-amz-copy-source-server-side-encryption-customer")
    }
    for field in fields { headers[field.name] = field.value }
  }
}
