import BinaryIO
public import ObjectStorage

/// Sends requests: libcurl here, a test's fake elsewhere.
public protocol HTTPClient: Sendable {
  /// Sends a request and receives its answer.
  ///
  /// Any status is an answer, none an error; redirects are not followed. Cancelling the task closes the
  /// transfer.
  /// - Parameter receiving: called once the head is there, on the thread that reads the network; says where
  ///   the body goes, or throws to end the transfer with that error.
  /// - Throws: `.unreachable`, `.connectionFailed`, `.timedOut`, `.interrupted` (the body broke off), `.untrusted`,
  ///   `.cancelled`, `.unusableURL`, `.misconfigured`, `.unusableAnswer`; what `receiving` and the sink
  ///   throw.
  func perform(
    _ request: HTTPRequest,
    receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  ) async throws(ObjectStoreError) -> HTTPResponse
}

extension HTTPClient {
  /// Sends a request and collects the answer's body, at most 1 MiB.
  public func perform(_ request: HTTPRequest) async throws(ObjectStoreError) -> HTTPResponse {
    try await perform(request) { (_) throws(ObjectStoreError) in .memory(limit: .megabytes(1)) }
  }
}
