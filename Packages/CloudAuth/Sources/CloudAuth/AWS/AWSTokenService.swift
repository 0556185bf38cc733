import HTTPTransport
import ObjectStorage

/// AWS's Security Token Service: gives temporary keys for a role.
struct AWSTokenService: Sendable {
  private let service: CredentialService
  private let url: HTTPURL
  private let signer: SigV4Signer

  /// The service of the profile's region, or where `AWS_ENDPOINT_URL_STS` and the like say.
  init(_ context: AWSContext, _ configuration: AWSConfiguration, source: String) throws(CredentialError) {
    service = CredentialService(
      source: source, transport: context.transport, clock: context.clock,
      remedy: "check that the role exists and that its trust policy names this caller")
    let region = configuration.region(profile: context.profile)
    let endpoint = configuration.endpoint(of: "sts", profile: context.profile)
    let isGlobal = region == nil || context.environment["AWS_STS_REGIONAL_ENDPOINTS"]?.lowercased() == "legacy"
    signer = SigV4Signer(region: isGlobal && endpoint == nil ? "us-east-1" : region ?? "us-east-1", service: "sts")
    let suffix = AWSRegion.domain(region ?? "us-east-1")
    let usual = isGlobal ? "https://sts.amazonaws.com" : "https://sts.\(region ?? "us-east-1").\(suffix)"
    url = try service.url(endpoint ?? usual, from: "the endpoint of STS")
  }

  /// What to assume.
  struct Role: Sendable {
    let arn: String
    var sessionName: String?
    var externalID: String?
    var seconds: Int?
  }

  /// `AssumeRole`, signed by keys that may.
  func credential(for role: Role, signedBy caller: AWSCredential) async throws(CredentialError) -> Expiring<AWSCredential> {
    let fields = fields("AssumeRole", role) + (role.externalID.map { [("ExternalId", $0)] } ?? [])
    var answer = try await service.exchange(signed(fields, caller, at: service.clock()))
    if answer.status == 403 || answer.status == 400, let offset = answer.clockOffset {
      // A signature of another day's clock: once more, with the time on theirs.
      answer = try await service.exchange(signed(fields, caller, at: service.clock() + offset))
    }
    return try credential(in: answer, role)
  }

  /// `AssumeRoleWithWebIdentity`: another issuer's token speaks for the caller.
  func credential(for role: Role, webIdentity token: Secret) async throws(CredentialError) -> Expiring<AWSCredential> {
    let fields = fields("AssumeRoleWithWebIdentity", role) + [("WebIdentityToken", token.text)]
    return try credential(in: try await service.exchange(.form(url, fields)), role)
  }

  private func fields(_ action: String, _ role: Role) -> [(String, String)] {
    let name = role.sessionName ?? "swift-streaming-\(service.clock().seconds)"
    return [("Action", action), ("Version", "2011-06-15"), ("RoleArn", role.arn), ("RoleSessionName", name)]
      + (role.seconds.map { [("DurationSeconds", "\($0)")] } ?? [])
  }

  private func signed(_ fields: [(String, String)], _ caller: AWSCredential, at time: UnixTime) -> HTTPRequest {
    var request = HTTPRequest.form(url, fields)
    let body = Array(PercentEncoding.encodedQuery(fields).utf8)
    signer.sign(&request, with: caller, payload: PayloadHash(of: body), at: time)
    return request
  }

  private func credential(
    in answer: CredentialService.Answer, _ role: Role
  ) throws(CredentialError) -> Expiring<AWSCredential> {
    var values: [String: String] = [:]
    do throws(XMLFlaw) {
      _ = try XMLReader.visit(answer.body) { path, text in
        if let name = path.last, path.dropLast().last == "Credentials" || path.first == "Error" { values[name] = text }
      }
    } catch {
      guard answer.status != 200 else {
        throw service.unusable(answer, expected: "XML", found: "\(error.reason) at byte \(error.byteOffset)")
      }
    }
    guard answer.status == 200 else { throw refusal(answer, code: values["Code"], message: values["Message"]) }
    func text(_ name: String) throws(CredentialError) -> String {
      guard let text = values[name], !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
        throw service.unusable(answer, expected: "`\(name)`", found: "none")
      }
      return text
    }
    guard let end = UnixTime(iso8601: try text("Expiration")) else {
      throw service.unusable(answer, expected: "`Expiration` as 2006-02-03T16:45:09Z", found: "another form")
    }
    return Expiring(
      AWSCredential(
        accessKeyID: try text("AccessKeyId"), secretAccessKey: Secret(try text("SecretAccessKey")),
        sessionToken: Secret(try text("SessionToken"))),
      expiration: end + (.zero - (answer.clockOffset ?? .zero)), source: "role \(role.arn)")
  }

  private func refusal(_ answer: CredentialService.Answer, code: String?, message: String?) -> CredentialError {
    let words = [code, message].compactMap { $0 }.joined(separator: ", ")
    let error = service.refusal(answer)
    // These pass, although their status says otherwise.
    let passes = ["Throttling", "ThrottlingException", "IDPCommunicationError", "RequestLimitExceeded"]
    return CredentialError(
      error.code, source: error.source,
      detail: error.detail + (words.isEmpty ? "" : ": " + CredentialService.Answer.oneLine(words)),
      remedy: code == "ExpiredTokenException" ? "renew the token, or the keys that sign" : error.remedy,
      retry: code.map { passes.contains($0) } == true ? .now : error.retry)
  }
}

/// AWS's regions.
enum AWSRegion {
  /// The domain of a region's services.
  static func domain(_ region: String) -> String {
    region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
  }
}
