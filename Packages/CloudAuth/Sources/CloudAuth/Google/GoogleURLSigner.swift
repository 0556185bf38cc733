public import HTTPTransport
public import ObjectStorage

/// Signs URLs of Google Cloud Storage with a service account's key (V4 signing, `GOOG4-RSA-SHA256`); nothing is sent.
public struct GoogleURLSigner: Sendable {
  /// The service account.
  public let account: String
  private let key: PrivateKey

  /// Reads the file of a service account's key.
  /// - Returns: nil for a credential file of another kind: it holds no key.
  /// - Throws: ``CredentialError`` `.unusable` for a file that can't be read.
  public init?(file path: String) async throws(CredentialError) {
    guard let object = try await LocalFile(path: path, source: path).object() else {
      throw CredentialError(
        .unusable, source: path, detail: "expected a credential file, found none", remedy: "check the path")
    }
    let settings = GoogleSettings(object, path: path, source: path)
    guard settings.optional("type") == "service_account" else { return nil }
    guard let key = PrivateKey(pem: Secret(try settings.text("private_key"))) else {
      throw settings.missing("`private_key` as an RSA key in PEM form", found: "something else")
    }
    self.key = key
    account = try settings.text("client_email")
  }

  /// Makes a URL that allows one request until its end.
  /// - Parameter url: with neither query nor signature.
  /// - Parameter seconds: how long it counts; at most seven days.
  /// - Returns: nil when libcrypto gives no signature.
  public func signed(
    _ method: HTTPRequest.Method, _ url: HTTPURL, seconds: Int64, at time: UnixTime
  ) -> HTTPURL? {
    let moment = time.iso8601.filter { $0 != "-" && $0 != ":" }
    let scope = "\(moment.prefix(8))/auto/storage/goog4_request"
    let query = PercentEncoding.encodedQuery([
      (name: "X-Goog-Algorithm", value: "GOOG4-RSA-SHA256"), (name: "X-Goog-Credential", value: account + "/" + scope),
      (name: "X-Goog-Date", value: moment), (name: "X-Goog-Expires", value: "\(seconds)"),
      (name: "X-Goog-SignedHeaders", value: "host"),
    ])
    let canonical = [
      method.name, url.encodedPath, query, "host:" + url.authority, "", "host", "UNSIGNED-PAYLOAD",
    ].joined(separator: "\n")
    let bytes = Array(canonical.utf8)
    let hash = hexadecimal(Digests.sha256(bytes.span))
    let text = ["GOOG4-RSA-SHA256", moment, scope, hash].joined(separator: "\n")
    guard let signature = key.signature(of: Array(text.utf8)) else { return nil }
    var signed = url
    signed.encodedQuery = query + "&X-Goog-Signature=" + hexadecimal(signature)
    return signed
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    Digests.appendHexadecimal(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
