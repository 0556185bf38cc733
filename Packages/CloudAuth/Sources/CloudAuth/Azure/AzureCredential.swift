/// What allows requests to Azure Storage.
public enum AzureCredential: Sendable, Equatable {
  /// One of the account's two keys: signs each request.
  case sharedKey(AzureSharedKey)
  /// A shared access signature: the part of a URL's query that grants access, already encoded.
  case sharedAccessSignature(Secret)
  /// A token of Microsoft Entra.
  case bearer(BearerToken)
}

/// The key of a storage account.
public struct AzureSharedKey: Sendable, Equatable {
  /// The account's name.
  public let account: String
  /// The key's bytes.
  let key: Secret

  /// Reads a key.
  /// - Parameter base64Key: the key as the portal shows it.
  /// - Returns: nil for a text that is no base64.
  public init?(account: String, base64Key: String) {
    guard !account.isEmpty, let bytes = Base64.decoded(base64Key), !bytes.isEmpty else { return nil }
    self.account = account
    key = Secret(bytes: bytes.span.bytes)
  }

  /// The signature of a text: HMAC-SHA-256 in base64.
  package func signature(of text: String) -> String {
    Base64.encoded(key.withBytes { Digests.hmac(key: $0, Array(text.utf8).span) })
  }
}
