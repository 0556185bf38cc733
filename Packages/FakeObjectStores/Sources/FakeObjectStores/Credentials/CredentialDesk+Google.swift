import ObjectStorage
import PythonJSON

extension CredentialDesk {
  func googleToken(_ inquiry: Inquiry) -> HTTPResponse {
    switch inquiry.form["grant_type"] {
    case "urn:ietf:params:oauth:grant-type:jwt-bearer":
      guard let claims = serviceAccount.claims(of: inquiry.form["assertion"] ?? "") else {
        return grantRefused("Invalid JWT Signature.")
      }
      guard claims["iss"]?.string == serviceAccount.email, claims["scope"]?.string?.isEmpty == false,
        claims["aud"]?.string?.hasSuffix("/google/token") == true
      else { return grantRefused("Invalid JWT: claims") }
      let seconds = Int(now.seconds)
      guard let issuedAt = claims["iat"]?.int, let end = claims["exp"]?.int, end - issuedAt <= 3600, end > seconds,
        issuedAt <= seconds + 30
      else { return grantRefused("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.") }
      return bearer("google")
    case "refresh_token":
      guard inquiry.form["refresh_token"] == FakeCredentialServices.googleRefreshToken,
        inquiry.form["client_secret"] == FakeCredentialServices.clientSecret, inquiry.form["client_id"] != nil
      else { return grantRefused("Token has been expired or revoked.") }
      return bearer("google")
    default: return .json(400, ["error": "unsupported_grant_type"])
    }
  }

  func googleExchange(_ inquiry: Inquiry) -> HTTPResponse {
    guard inquiry.form["grant_type"] == "urn:ietf:params:oauth:grant-type:token-exchange",
      inquiry.form["audience"]?.hasPrefix("//iam.googleapis.com/") == true,
      inquiry.form["requested_token_type"] == "urn:ietf:params:oauth:token-type:access_token",
      inquiry.form["subject_token_type"] != nil, inquiry.form["scope"]?.isEmpty == false
    else { return .json(400, ["error": "invalid_request", "error_description": "fields are missing"]) }
    guard inquiry.form["subject_token"] == FakeCredentialServices.subjectToken else {
      return grantRefused("The subject token is not acceptable.")
    }
    return bearer("federated")
  }

  func googleImpersonation(_ inquiry: Inquiry) -> HTTPResponse {
    let token = inquiry.head["authorization"]?.split(separator: " ").last.map(String.init) ?? ""
    guard issued.isValid(token: token, now: now) else {
      return .json(401, ["error": ["code": 401, "message": "Request had invalid authentication credentials.", "status": "UNAUTHENTICATED"]])
    }
    guard let json = inquiry.json, json["scope"]?.array?.isEmpty == false, json["lifetime"]?.string?.hasSuffix("s") == true else {
      return .json(400, ["error": ["message": "scope and lifetime are required", "status": "INVALID_ARGUMENT"]])
    }
    return .json([
      "accessToken": .string(issued.token("impersonated", until: end)), "expireTime": .string(end.iso8601),
    ])
  }

  func googleMetadata(_ inquiry: Inquiry) -> HTTPResponse {
    guard inquiry.head["metadata-flavor"] == "Google" else { return .text(403, "Forbidden") }
    guard inquiry.head.path.hasSuffix("/instance/service-accounts/default/token") else { return .text(404, "") }
    var response = bearer("machine")
    response.headers.append(("Metadata-Flavor", "Google"))
    return response
  }

  func bearer(_ kind: String) -> HTTPResponse {
    .json([
      "access_token": .string(issued.token(kind, until: end)), "expires_in": .integer(JSONInteger(lifetimeSeconds)),
      "token_type": "Bearer",
    ])
  }

  func grantRefused(_ words: String) -> HTTPResponse {
    .json(400, ["error": "invalid_grant", "error_description": .string(words)])
  }
}
