import ObjectStorage
import PythonJSON

extension CredentialDesk {
  // MARK: STS

  func securityToken(_ inquiry: Inquiry) -> HTTPResponse {
    guard let arn = inquiry.form["RoleArn"], arn.hasPrefix("arn:aws"), inquiry.form["RoleSessionName"]?.isEmpty == false,
      inquiry.form["Version"] == "2011-06-15"
    else { return refused(400, "ValidationError", "RoleArn, RoleSessionName and Version are required") }
    switch inquiry.form["Action"] {
    case "AssumeRole":
      if let refusal = checkSignature(inquiry) { return refusal }
      guard !arn.hasSuffix("/denied") else { return refused(403, "AccessDenied", "not authorized to perform: sts:AssumeRole") }
      guard !arn.hasSuffix("/external") || inquiry.form["ExternalId"] == "fake-external-id" else {
        return refused(403, "AccessDenied", "the external id is another")
      }
      return keys("AssumeRole")
    case "AssumeRoleWithWebIdentity":
      guard inquiry.form["WebIdentityToken"] == FakeCredentialServices.webIdentityToken else {
        return refused(400, "InvalidIdentityToken", "the token is not one of the provider")
      }
      return keys("AssumeRoleWithWebIdentity")
    default: return refused(400, "InvalidAction", "no such action")
    }
  }

  private func keys(_ action: String) -> HTTPResponse {
    let keys = issued.keys(until: end)
    var xml = XMLWriter()
    xml.element(action + "Response") { xml in
      xml.element(action + "Result") { xml in
        xml.element("AssumedRoleUser") { xml in xml.element("Arn", "arn:aws:sts::1:assumed-role/fake") }
        xml.element("Credentials") { xml in
          xml.element("AccessKeyId", keys.id)
          xml.element("SecretAccessKey", keys.secret)
          xml.element("SessionToken", keys.token)
          xml.element("Expiration", keys.end.iso8601)
        }
      }
    }
    return HTTPResponse(status: 200, headers: [("Content-Type", "text/xml")], body: .bytes(xml.bytes))
  }

  private func refused(_ status: Int, _ code: String, _ message: String) -> HTTPResponse {
    var xml = XMLWriter()
    xml.element("ErrorResponse") { xml in
      xml.element("Error") { xml in
        xml.element("Type", "Sender")
        xml.element("Code", code)
        xml.element("Message", message)
      }
    }
    return HTTPResponse(status: status, headers: [("Content-Type", "text/xml")], body: .bytes(xml.bytes))
  }

  private func checkSignature(_ inquiry: Inquiry) -> HTTPResponse? {
    let verifier = SigV4Verifier(
      credentials: options.callers, region: "us-east-1", service: "sts", issued: issued)
    do throws(S3Error) {
      guard let signer = try verifier.verify(try S3Request(inquiry.head), now: now) else {
        return refused(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
      }
      guard signer.payloadHash == Digests.hex(Digests.sha256(inquiry.body)) else {
        return refused(403, "SignatureDoesNotMatch", "the body is not the signed one")
      }
      return nil
    } catch {
      return refused(403, error.code == "RequestTimeTooSkewed" ? "SignatureDoesNotMatch" : error.code, error.message)
    }
  }

  // MARK: sign-on

  func signOn(_ inquiry: Inquiry) -> HTTPResponse {
    let token = inquiry.head["x-amz-sso_bearer_token"] ?? ""
    guard token == FakeCredentialServices.signOnToken || issued.isValid(token: token, now: now) else {
      return .json(401, ["__type": "UnauthorizedException", "message": "Session token not found or invalid"])
    }
    guard let role = inquiry.query["role_name"], inquiry.query["account_id"] == "123456789012", role != "denied" else {
      return .json(403, ["__type": "ForbiddenException", "message": "No access"])
    }
    let keys = issued.keys(until: end)
    return .json([
      "roleCredentials": .object([
        "accessKeyId": .string(keys.id), "secretAccessKey": .string(keys.secret), "sessionToken": .string(keys.token),
        "expiration": .integer(JSONInteger(keys.end.seconds * 1000)),
      ])
    ])
  }

  func signOnToken(_ inquiry: Inquiry) -> HTTPResponse {
    guard let json = inquiry.json, json["grantType"]?.string == "refresh_token",
      json["refreshToken"]?.string == FakeCredentialServices.signOnRefreshToken,
      json["clientSecret"]?.string == FakeCredentialServices.clientSecret
    else { return .json(400, ["error": "invalid_grant"]) }
    return .json([
      "accessToken": .string(issued.token("sign-on", until: end)), "expiresIn": .integer(JSONInteger(lifetimeSeconds)),
      "refreshToken": .string(FakeCredentialServices.signOnRefreshToken), "tokenType": "Bearer",
    ])
  }

  // MARK: metadata

  func container(_ inquiry: Inquiry) -> HTTPResponse {
    guard inquiry.head["authorization"] == FakeCredentialServices.containerToken else {
      return .json(401, ["code": "Unauthorized", "message": "the authorization token is another"])
    }
    return metadataKeys()
  }

  func instance(_ inquiry: Inquiry) -> HTTPResponse {
    let list = "/latest/meta-data/iam/security-credentials/"
    if inquiry.head.path == "/latest/api/token" {
      guard inquiry.head.method == "PUT", inquiry.head["x-aws-ec2-metadata-token-ttl-seconds"] == "21600",
        inquiry.head["x-forwarded-for"] == nil
      else { return .text(400, "Bad Request") }
      return .text(200, issued.token("instance", until: now + .seconds(21600)))
    }
    let token = inquiry.head["x-aws-ec2-metadata-token"]
    guard token.map({ issued.isValid(token: $0, now: now) }) ?? !options.requiresSessionToken else {
      return .text(401, "Unauthorized")
    }
    guard let role = options.instanceRole else { return .text(404, "Not Found") }
    switch inquiry.head.path {
    case list: return .text(200, role)
    case list + role: return metadataKeys()
    default: return .text(404, "Not Found")
    }
  }

  private func metadataKeys() -> HTTPResponse {
    let keys = issued.keys(until: end)
    return .json([
      "Code": "Success", "LastUpdated": .string(now.iso8601), "Type": "AWS-HMAC", "AccessKeyId": .string(keys.id),
      "SecretAccessKey": .string(keys.secret), "Token": .string(keys.token), "Expiration": .string(keys.end.iso8601),
    ])
  }
}
