public import HTTPTransport

/// An OAuth 2 access token, as Google and Azure give it.
public struct BearerToken: Sendable, Equatable {
  /// The token.
  public let token: Secret
  /// The project to bill for requests (Google's `x-goog-user-project`), where the credential names one.
  public let billedProject: String?

  /// Wraps a token.
  public init(_ token: Secret, billedProject: String? = nil) {
    self.token = token
    self.billedProject = billedProject
  }

  /// Puts the token into a request's `Authorization`, and the billed project beside it.
  public func authorize(_ request: inout HTTPRequest) {
    request.headers["Authorization"] = "Bearer " + token.text
    if let billedProject { request.headers["x-goog-user-project"] = billedProject }
  }
}
