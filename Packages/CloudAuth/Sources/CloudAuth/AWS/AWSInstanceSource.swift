import HTTPTransport
import ObjectStorage
import PythonJSON
import Synchronization

/// The role of an EC2 instance, from its metadata service, version 2 where it is offered.
///
/// No answer means that this is not EC2, unless it has answered before or the settings name the endpoint.
final class AWSInstanceSource: CredentialSource {
  let name = "instance metadata (EC2)"
  private let context: AWSContext
  private let hasAnswered = Mutex(false)

  init(_ context: AWSContext) { self.context = context }

  private static let path = "/latest/meta-data/iam/security-credentials/"

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let environment = context.environment
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    let configuration = try await context.configuration()
    func setting(_ name: String) -> String? {
      environment["AWS_" + name.uppercased()] ?? configuration.setting(name, profile: context.profile)
    }
    let seconds = setting("metadata_service_timeout").flatMap { Int64($0) } ?? 1
    let service = CredentialService(
      source: name, transport: context.transport, isLocal: true, timeLimit: .seconds(min(max(1, seconds), 60)),
      clock: context.clock, remedy: "check the instance's role")
    let endpoint = setting("ec2_metadata_service_endpoint")
    let usesIPv6 = setting("ec2_metadata_service_endpoint_mode")?.lowercased() == "ipv6"
    let url = try service.url(
      endpoint ?? (usesIPv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254"),
      from: "AWS_EC2_METADATA_SERVICE_ENDPOINT")
    let isExpected = endpoint != nil || hasAnswered.withLock { $0 }
    let isVersion1Refused = setting("ec2_metadata_v1_disabled")?.lowercased() == "true"
    do throws(CredentialError) {
      let found = try await credential(service, url, isVersion1Refused: isVersion1Refused)
      if found != nil { hasAnswered.withLock { $0 = true } }
      return found
    } catch {
      if isExpected || error.code == .unusable { throw error }
      return nil
    }
  }

  /// - Returns: nil for an instance without a role.
  private func credential(
    _ service: CredentialService, _ base: HTTPURL, isVersion1Refused: Bool
  ) async throws(CredentialError) -> Expiring<AWSCredential>? {
    let token = try await sessionToken(service, base)
    if token == nil, isVersion1Refused { throw noToken() }
    func get(_ path: String) async throws(CredentialError) -> CredentialService.Answer {
      var url = base
      url.encodedPath = Self.joined(base.encodedPath, path)
      var request = HTTPRequest(.get, url)
      request.headers["x-aws-ec2-metadata-token"] = token?.text
      return try await service.exchange(request)
    }
    let list = try await get(Self.path)
    // 401 to a request without a token: the service wants one, and it was lost on its way.
    if list.status == 401, token == nil { throw noToken() }
    if list.status == 404 { return nil }
    let text = String(decoding: list.body, as: UTF8.self)
    guard list.status == 200, let role = text.split(whereSeparator: \.isNewline).first.map(String.init), role.utf8.count <= 512 else {
      throw service.refusal(list)
    }
    let answer = try await get(Self.path + PercentEncoding.encoded(role))
    guard answer.status == 200 else { throw service.refusal(answer) }
    let object = try service.object(answer)
    if let code = object.object["Code"]?.string, code != "Success" { throw service.refusal(answer) }
    let found = try object.awsCredential(source: "the instance's role \(CredentialService.Answer.oneLine(role))")
    // While AWS can't renew them, the service hands out ended keys, which AWS's services accept meanwhile.
    let now = context.clock()
    guard let end = found.expiration, end <= now else { return found }
    return Expiring(found.credential, expiration: now + .seconds(Int.random(in: 300...600)), source: found.source)
  }

  /// A session token of version 2; nil where the service has none, or its answer is lost.
  private func sessionToken(_ service: CredentialService, _ base: HTTPURL) async throws(CredentialError) -> Secret? {
    var url = base
    url.encodedPath = Self.joined(base.encodedPath, "/latest/api/token")
    let answer: CredentialService.Answer
    do throws(CredentialError) {
      answer = try await service.exchange(
        HTTPRequest(.put, url, headers: ["x-aws-ec2-metadata-token-ttl-seconds": "21600"]))
    } catch {
      // A container behind one more hop does not get this answer; version 1 may be allowed all the same.
      guard error.isTimeout else { throw error }
      return nil
    }
    switch answer.status {
    case 200:
      let text = String(decoding: answer.body, as: UTF8.self)
      guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw service.unusable(answer, expected: "a session token", found: "something else")
      }
      return Secret(text)
    case 403, 404, 405: return nil
    default: throw service.refusal(answer)
    }
  }

  private func noToken() -> CredentialError {
    CredentialError(
      .unusable, source: name, detail: "expected a session token of IMDSv2, found no answer",
      remedy: "in a container, allow one more hop: `aws ec2 modify-instance-metadata-options "
        + "--http-put-response-hop-limit 2 --instance-id ID`")
  }

  private static func joined(_ base: String, _ path: String) -> String {
    base.hasSuffix("/") ? base + path.dropFirst() : base + path
  }
}
