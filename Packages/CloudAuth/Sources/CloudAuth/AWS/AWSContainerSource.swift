import HTTPTransport
import ObjectStorage

/// The role of a task or pod: the endpoint of ECS, or of EKS's pod identity agent.
struct AWSContainerSource: CredentialSource {
  let context: AWSContext

  init(_ context: AWSContext) { self.context = context }

  let name = "container (AWS_CONTAINER_CREDENTIALS_…)"

  private static let allowedHosts: Set<String> = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"]

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let service = CredentialService(
      source: name, transport: context.transport, isLocal: true, timeLimit: .seconds(5), clock: context.clock,
      remedy: "check the role of the task or pod")
    let url: HTTPURL
    if let path = context.environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      guard path.hasPrefix("/") else {
        throw failure("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI with a slash first", "something else")
      }
      url = try service.url("http://169.254.170.2" + path, from: "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    } else if let text = context.environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
      url = try service.url(text, from: "AWS_CONTAINER_CREDENTIALS_FULL_URI")
      // The token that goes there is a secret.
      guard url.scheme == "https" || url.isLoopback || Self.allowedHosts.contains(url.host) else {
        throw failure(
          "AWS_CONTAINER_CREDENTIALS_FULL_URI by https, of this machine, or of 169.254.170.2, 169.254.170.23 or "
            + "fd00:ec2::23", "http to \(url.host)")
      }
    } else {
      return nil
    }
    var request = HTTPRequest(.get, url, headers: ["Accept": "application/json"])
    if let path = context.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
      request.headers["Authorization"] = try await LocalFile(path: path, source: name).token().text
    } else if let token = context.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
      guard token.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        throw failure("AWS_CONTAINER_AUTHORIZATION_TOKEN on one line", "control characters")
      }
      request.headers["Authorization"] = token
    }
    return try await service.object(request).awsCredential(source: "the container's role")
  }

  private func failure(_ expected: String, _ found: String) -> CredentialError {
    CredentialError(
      .unusable, source: name, detail: "expected \(expected), found \(found)", remedy: "correct the variable")
  }
}
