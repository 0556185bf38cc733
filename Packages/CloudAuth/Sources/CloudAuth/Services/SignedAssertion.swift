import PythonJSON

/// A JSON Web Token signed by RS256 (RFC 7519, RFC 7515).
enum SignedAssertion {
  /// The token; nil when libcrypto gives no signature.
  static func token(_ claims: JSONObject, keyID: String?, key: PrivateKey) -> Secret? {
    var header: JSONObject = ["alg": "RS256", "typ": "JWT"]
    if let keyID { header["kid"] = .string(keyID) }
    let parts = [header, claims].map { Base64.urlEncoded(JSONValue.object($0).encoded(sortingKeys: false)) }
    let signed = parts.joined(separator: ".")
    guard let signature = key.signature(of: Array(signed.utf8)) else { return nil }
    return Secret(signed + "." + Base64.urlEncoded(signature))
  }
}
