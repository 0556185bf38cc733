internal import ObjectStorage

/// What any answer of a service tells of the service, for diagnoses.
package struct ServiceGreeting: Sendable {
  /// The answer's head, whatever its status.
  package let head: HTTPResponseHead
  /// The service's clock minus this machine's; nil when the answer has no date.
  package let clockOffset: Duration?
}

extension HTTPClient {
  /// Sends a request, waits at most five seconds, and takes any answer; nil when there is none.
  package func greeting(_ request: HTTPRequest) async -> ServiceGreeting? {
    var request = request
    request.timeLimit = .seconds(5)
    let start = UnixTime.now
    guard let head = try? await perform(request).head else { return nil }
    let middle = start + (UnixTime.now - start) / 2
    // The header has whole seconds: half a second is its middle.
    let offset = head.headers["Date"].flatMap { UnixTime(httpDate: $0) }.map { $0 + .milliseconds(500) - middle }
    return ServiceGreeting(head: head, clockOffset: offset)
  }
}
