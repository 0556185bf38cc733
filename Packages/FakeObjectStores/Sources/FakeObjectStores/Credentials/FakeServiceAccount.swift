import CCrypto
import PythonJSON
import Synchronization

/// A service account of Google with a key made for it alone; checks assertions by that key's public half.
public final class FakeServiceAccount: Sendable {
  /// The account's name.
  public let email: String
  /// Made when it is first asked for: that takes some time.
  private let made = Mutex<Key?>(nil)

  init(email: String) { self.email = email }

  /// The private key in PEM form.
  public var privateKey: String { key.text }

  private var key: Key {
    made.withLock { made in
      let key = made ?? Key()
      made = key
      return key
    }
  }

  /// The key file as Google hands it out.
  /// - Parameter endpoint: of the server that is to be asked for tokens.
  public func file(endpoint: String) -> String {
    let object: JSONObject = [
      "type": "service_account", "project_id": "fake-project", "private_key_id": "fake-key-id",
      "private_key": .string(privateKey), "client_email": .string(email), "client_id": "1",
      "token_uri": .string(endpoint + "/google/token"),
    ]
    return String(decoding: JSONValue.object(object).encoded(sortingKeys: false), as: UTF8.self)
  }

  /// Whether a text is signed by this account's key.
  func isSigned(_ text: String, by signature: [UInt8]) -> Bool { key.isSigned(Array(text.utf8), by: signature) }

  /// What an assertion claims, if it is signed by this account's key.
  func claims(of assertion: String) -> JSONValue? {
    let parts = assertion.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let header = Base64Text.decoded(parts[0], inURLs: true), let claims = Base64Text.decoded(parts[1], inURLs: true),
      let signature = Base64Text.decoded(parts[2], inURLs: true), (try? JSONValue(parsing: header.span.bytes))?["alg"]?.string == "RS256"
    else { return nil }
    guard key.isSigned(Array("\(parts[0]).\(parts[1])".utf8), by: signature) else { return nil }
    return try? JSONValue(parsing: claims.span.bytes)
  }
}

/// An RSA key of its own.
// Safe because it is set once and libcrypto only reads it after that; it is freed in `deinit`, when nobody else has
// a reference.
private final class Key: @unchecked Sendable {
  let text: String
  private let key: OpaquePointer

  init() {
    guard let key = Self.make(), let text = Self.pem(of: key) else { preconditionFailure("libcrypto makes no RSA key") }
    self.key = key
    self.text = text
  }

  deinit { EVP_PKEY_free(key) }

  /// Whether it made the signature, by RSASSA-PKCS1-v1_5 with SHA-256.
  func isSigned(_ bytes: [UInt8], by signature: [UInt8]) -> Bool {
    guard let context = EVP_MD_CTX_new() else { return false }
    defer {
      EVP_MD_CTX_free(context)
      ERR_clear_error()
    }
    return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
      && EVP_DigestVerify(context, signature, signature.count, bytes, bytes.count) == 1
  }

  private static func make() -> OpaquePointer? {
    guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1,
      EVP_PKEY_keygen(context, &key) == 1
    else { return nil }
    return key
  }

  private static func pem(of key: OpaquePointer) -> String? {
    guard let writer = BIO_new(BIO_s_mem()) else { return nil }
    defer { BIO_free(writer) }
    guard PEM_write_bio_PKCS8PrivateKey(writer, key, nil, nil, 0, nil, nil) == 1 else { return nil }
    var text = [UInt8](repeating: 0, count: 16 << 10)
    // Safe because libcrypto writes at most the given number of bytes.
    let count = BIO_read(writer, &text, CInt(text.count))
    return count > 0 ? String(decoding: text[..<Int(count)], as: UTF8.self) : nil
  }
}
