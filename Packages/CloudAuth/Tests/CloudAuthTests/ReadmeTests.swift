import CloudAuth
import HTTPTransport
import ObjectStorage
import Synchronization
import Testing

struct ReadmeTests {
  /// Keeps the request and answers 200.
  final class KeepingClient: HTTPClient {
    let seen = Mutex<[HTTPHeaders]>([])
    func perform(
      _ request: HTTPRequest,
      receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
    ) async throws(ObjectStoreError) -> HTTPResponse {
      seen.withLock { $0.append(request.headers) }
      return HTTPResponse(head: HTTPResponseHead(status: 200, headers: HTTPHeaders()))
    }
  }

  /// Stands in for the process's environment in the example.
  func AWSEnvironmentSource() -> AWSEnvironmentSource {
    CloudAuth.AWSEnvironmentSource(
      EnvironmentVariables(["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"]))
  }

  @Test("the example of the README signs a request")
  func example() async throws {
    let transport = KeepingClient()
    // snippet: sign
    let cache = CredentialCache<AWSCredential>([AWSEnvironmentSource(), AWSProfileSource("train")])
    let signer = SigV4Signer(region: "eu-central-1")
    var request = HTTPRequest(
      .get, try HTTPURL(parsing: "https://bucket.s3.eu-central-1.amazonaws.com/index.json"))
    let found = try await cache.current()
    signer.sign(&request, with: found.credential, payload: .empty, at: .now)
    let response = try await transport.perform(request)
    // end snippet
    #expect(response.head.status == 200)
    #expect(
      transport.seen.withLock { $0[0]["authorization"]?.hasPrefix("AWS4-HMAC-SHA256 Credential=a/") == true })
  }
}
