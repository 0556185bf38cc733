import BinaryIO
import HTTPTransport
import ObjectStorage

/// Sends reads and follows redirects, as safely as can be: at most five, never from TLS to none, and what is
/// meant for the first host alone goes nowhere else.
struct RedirectingClient: Sendable {
  /// Says where the body of a success goes; `trail` are the heads of the redirects that led to it.
  typealias Receiver = @Sendable (_ head: HTTPResponseHead, _ trail: [HTTPResponseHead]) throws(
    ObjectStoreError) -> HTTPBodyDestination

  static let limit = 5
  let transport: any HTTPClient

  /// - Parameter confidential: headers for the first host alone.
  /// - Returns: the last answer, of any status but a redirect's, and the heads of the redirects.
  func exchange(
    _ request: HTTPRequest, confidential: HTTPHeaders, for address: String,
    answerLimit: ByteCount = .megabytes(1), receiving: Receiver? = nil
  ) async throws(ObjectStoreError) -> (response: HTTPResponse, trail: [HTTPResponseHead]) {
    var request = request
    let plain = request.headers
    let origin = request.url
    var trail: [HTTPResponseHead] = []
    while true {
      request.headers = plain
      if request.url.hasOrigin(of: origin) {
        for field in confidential.fields { request.headers.append(field.name, field.value) }
      }
      let response = try await transport.exchange(
        request, for: address, answerLimit: answerLimit, receiving: Self.receiver(receiving, trail))
      guard [301, 302, 303, 307, 308].contains(response.head.status),
        let location = response.head.headers["Location"]
      else { return (response, trail) }
      guard trail.count < Self.limit else {
        throw ObjectStoreError(
          .redirected, url: address, status: response.head.status,
          detail: "expected at most \(Self.limit) redirects, found more",
          remedy: "check what answers at this address")
      }
      trail.append(response.head)
      do throws(ObjectStoreError) {
        request.url = try request.url.resolving(location: location)
      } catch {
        throw error.replacing(url: "\(address) at \(request.url.authority)")
      }
    }
  }

  private static func receiver(_ receiving: Receiver?, _ trail: [HTTPResponseHead]) -> HTTPBodyReceiver? {
    guard let receiving else { return nil }
    return { head throws(ObjectStoreError) in try receiving(head, trail) }
  }
}
