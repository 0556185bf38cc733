/// What signs requests to AWS, and to services that follow its protocol.
public struct AWSCredential: Sendable, Equatable {
  /// The name of the key, sent in the clear.
  public let accessKeyID: String
  /// The key.
  public let secretAccessKey: Secret
  /// Belongs to temporary keys.
  public let sessionToken: Secret?

  /// Makes a credential.
  public init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
  }
}
