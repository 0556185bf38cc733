package import BinaryIO
package import ObjectStorage

/// Says where the body of a successful answer goes.
package typealias HTTPBodyReceiver = @Sendable (HTTPResponseHead) throws(ObjectStoreError) ->
  HTTPBodyDestination

extension HTTPClient {
  /// Sends a request of a store: the body of a success goes where `receiving` says, any other into memory.
  /// - Parameter address: what is asked for, in the user's words: errors name it beside the host.
  /// - Parameter answerLimit: the most bytes of an answer that goes into memory.
  /// - Parameter receiving: nil for memory.
  package func exchange(
    _ request: HTTPRequest, for address: String, answerLimit: ByteCount = .megabytes(1),
    receiving: HTTPBodyReceiver? = nil
  ) async throws(ObjectStoreError) -> HTTPResponse {
    do throws(ObjectStoreError) {
      return try await perform(request) { head throws(ObjectStoreError) in
        if head.isSuccess, let receiving { return try receiving(head) }
        return .memory(limit: answerLimit)
      }
    } catch {
      // The transport knows the endpoint, the user the object: name both.
      throw error.url == request.url.description
        ? error.replacing(url: "\(address) at \(request.url.authority)") : error
    }
  }
}
