import ObjectStorage
import PythonJSON

extension CredentialDesk {
  func entra(_ inquiry: Inquiry) -> HTTPResponse {
    guard inquiry.head.path == "/fake-tenant/oauth2/v2.0/token" else {
      return .json(400, ["error": "invalid_request", "error_description": "AADSTS90002: Tenant not found."])
    }
    guard inquiry.form["grant_type"] == "client_credentials", inquiry.form["client_id"] == "fake-client",
      inquiry.form["scope"] == "https://storage.azure.com/.default"
    else { return .json(400, ["error": "invalid_request"]) }
    let isAsserted =
      inquiry.form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
      && inquiry.form["client_assertion"] == FakeCredentialServices.subjectToken
    guard isAsserted || inquiry.form["client_secret"] == FakeCredentialServices.clientSecret else {
      return .json(401, ["error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."])
    }
    return bearer("entra")
  }

  func azureInstance(_ inquiry: Inquiry) -> HTTPResponse {
    guard inquiry.head["metadata"] == "true", inquiry.query["api-version"] == "2018-02-01",
      inquiry.query["resource"] == "https://storage.azure.com/"
    else { return .json(400, ["error": "invalid_request", "error_description": "Required metadata header not specified"]) }
    return .json([
      "access_token": .string(issued.token("machine", until: end)), "expires_in": .string("\(lifetimeSeconds)"),
      "expires_on": .string("\(end.seconds)"), "resource": "https://storage.azure.com/", "token_type": "Bearer",
    ])
  }

  func azureApplication(_ inquiry: Inquiry) -> HTTPResponse {
    guard inquiry.head["x-identity-header"] == FakeCredentialServices.identityHeader,
      inquiry.query["api-version"] == "2019-08-01", inquiry.query["resource"] == "https://storage.azure.com/"
    else { return .json(401, ["error": ["code": "Unauthorized", "message": "the header is another"]]) }
    return .json([
      "access_token": .string(issued.token("application", until: end)), "expires_on": .string("\(end.seconds)"),
      "resource": "https://storage.azure.com/", "token_type": "Bearer",
    ])
  }

  /// A Databricks workspace's tokens for service principals.
  func databricks(_ inquiry: Inquiry) -> HTTPResponse {
    let shown = inquiry.head["authorization"]?.split(separator: " ").last.flatMap { Base64Text.decoded(String($0)) }
    guard shown.map({ String(decoding: $0, as: UTF8.self) }) == "fake-client:" + FakeCredentialServices.clientSecret else {
      return .json(401, ["error": "invalid_client", "error_description": "Client authentication failed"])
    }
    guard inquiry.form["grant_type"] == "client_credentials", inquiry.form["scope"] == "all-apis" else {
      return .json(400, ["error": "invalid_request"])
    }
    return bearer("databricks")
  }
}
