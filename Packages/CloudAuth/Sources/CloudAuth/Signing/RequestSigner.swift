public import HTTPTransport
public import ObjectStorage

/// Puts a proof of who asks into a request.
public protocol RequestSigner: Sendable {
  /// Adds what the service wants to see, as of `time`.
  func sign(_ request: inout HTTPRequest, at time: UnixTime) async throws(CredentialError)
}
