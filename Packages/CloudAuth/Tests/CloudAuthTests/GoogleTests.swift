@testable import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import PythonJSON
import Testing

struct GoogleTests {
  static let named = ["GOOGLE_APPLICATION_CREDENTIALS": "HOME/key.json"]

  static let user = #"""
    {"type": "authorized_user", "client_id": "c", "client_secret": "fake-client-secret",
     "refresh_token": "fake-google-refresh-token", "token_uri": "ENDPOINT/google/token", "quota_project_id": "billed"}
    """#

  static func federated(_ source: String, more: String = "") -> String {
    #"""
    {"type": "external_account", "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
     "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "ENDPOINT/google/exchange",
     "credential_source": \#(source)\#(more)}
    """#
  }

  static let impersonationURL = "ENDPOINT/v1/projects/-/serviceAccounts/other@p.iam.gserviceaccount.com:generateAccessToken"

  @Test("a service account's key signs an assertion for a token")
  func serviceAccount() async throws {
    try await CredentialFixture.run { fixture in
      try fixture.write(fixture.server.serviceAccount.file(endpoint: "ENDPOINT"), to: "key.json")
      let found = try await fixture.google(Self.named).fetch()
      #expect(fixture.server.isValid(token: found.credential.token.text))
      #expect(found.source == "service account fake@fake-project.iam.gserviceaccount.com")
      let end = try #require(found.expiration)
      #expect(end > .now + .seconds(3500) && end < .now + .seconds(3601))
      #expect(fixture.server.requestCount(.googleToken) == 1)
    }
  }

  @Test("an assertion of a clock that is off is dated anew, once", arguments: [-7200, 7200])
  func skew(seconds: Int) async throws {
    try await CredentialFixture.run { fixture in
      try fixture.write(fixture.server.serviceAccount.file(endpoint: "ENDPOINT"), to: "key.json")
      fixture.server.setClockOffset(.seconds(seconds))
      let end = try #require(try await fixture.google(Self.named).fetch().expiration)
      #expect(end > .now + .seconds(3500) && end < .now + .seconds(3601))
      #expect(fixture.server.requestCount(.googleToken) == 2)
    }
  }

  @Test("a key of another account is refused, for good")
  func anotherKey() async throws {
    try await CredentialFixture.run { fixture in
      let other = try FakeCredentialServices()
      try fixture.write(other.serviceAccount.file(endpoint: "ENDPOINT"), to: "key.json")
      let error = try await fixture.failure(of: fixture.google(Self.named))
      #expect(error.code == .serviceFailed && error.retry == .never && error.detail.contains("Invalid JWT Signature"))
    }
  }

  @Test("a user's file where gcloud writes it, and in CLOUDSDK_CONFIG; the quota project goes along")
  func user() async throws {
    let files = [".config/gcloud/application_default_credentials.json": Self.user, "other/application_default_credentials.json": Self.user]
    try await CredentialFixture.run(files) { fixture in
      for variables in [[:], ["CLOUDSDK_CONFIG": "HOME/other"]] {
        let found = try await fixture.google(variables).fetch()
        #expect(fixture.server.isValid(token: found.credential.token.text) && found.credential.billedProject == "billed")
        var request = HTTPRequest(.get, try HTTPURL(parsing: "https://storage.googleapis.com/"))
        found.credential.authorize(&request)
        #expect(request.headers["x-goog-user-project"] == "billed")
        #expect(request.headers["Authorization"] == "Bearer \(found.credential.token.text)")
      }
      let own = try await fixture.google(["GOOGLE_CLOUD_QUOTA_PROJECT": "mine"]).fetch()
      #expect(own.credential.billedProject == "mine")
      fixture.server.fail(.googleToken, status: 400, body: #"{"error": "invalid_grant", "error_description": "Token has been expired or revoked."}"#)
      let error = try await fixture.failure(of: fixture.google())
      #expect(error.detail.contains("revoked") && error.remedy.contains("gcloud auth application-default login"))
    }
  }

  @Test(
    "workload identity federation, by a file or an address, in text or JSON, with and without impersonation",
    arguments: [
      #"{"file": "HOME/subject"}"#, #"{"file": "HOME/subject.json", "format": {"type": "json", "subject_token_field_name": "t"}}"#,
      #"{"url": "ENDPOINT/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https://storage.azure.com/", "headers": {"Metadata": "true"}, "format": {"type": "json", "subject_token_field_name": "resource"}}"#,
    ])
  func federation(source: String) async throws {
    let isFile = source.contains("file")
    let files = [
      "subject": FakeCredentialServices.subjectToken + "\n", "subject.json": #"{"t": "fake-subject-token"}"#,
      "key.json": Self.federated(source),
      "impersonating.json": Self.federated(
        source,
        more: #", "service_account_impersonation_url": "\#(Self.impersonationURL)", "service_account_impersonation": {"token_lifetime_seconds": 1200}"#),
    ]
    try await CredentialFixture.run(files) { fixture in
      guard isFile else {
        // The address gives another text: it is fetched, sent, and refused.
        let error = try await fixture.failure(of: fixture.google(Self.named))
        #expect(error.detail.contains("subject token is not acceptable"))
        #expect(fixture.server.requestCount(.azureInstance) == 1)
        return
      }
      let direct = try await fixture.google(Self.named).fetch()
      #expect(fixture.server.isValid(token: direct.credential.token.text))
      let found = try await fixture.google(["GOOGLE_APPLICATION_CREDENTIALS": "HOME/impersonating.json"]).fetch()
      #expect(fixture.server.isValid(token: found.credential.token.text))
      #expect(found.source == "impersonated account other@p.iam.gserviceaccount.com")
      #expect(fixture.server.requestCount(.googleImpersonation) == 1)
      #expect(fixture.server.requests[1].fields["scope"] == "https://www.googleapis.com/auth/cloud-platform")
    }
  }

  @Test("a file of impersonation uses the credential within")
  func impersonation() async throws {
    let text = #"{"type": "impersonated_service_account", "service_account_impersonation_url": "\#(Self.impersonationURL)", "source_credentials": \#(Self.user)}"#
    try await CredentialFixture.run(["key.json": text]) { fixture in
      let found = try await fixture.google(Self.named).fetch()
      #expect(found.source == "impersonated account other@p.iam.gserviceaccount.com")
      #expect(fixture.server.isValid(token: found.credential.token.text))
      fixture.server.fail(.googleImpersonation, status: 403, body: #"{"error": {"code": 403, "message": "Permission denied", "status": "PERMISSION_DENIED"}}"#)
      let error = try await fixture.failure(of: fixture.google(Self.named))
      #expect(error.detail.contains("PERMISSION_DENIED") && error.remedy.contains("Token Creator"))
    }
  }

  @Test("the metadata server where the environment names it, and nothing where another cloud answers")
  func metadata() async throws {
    try await CredentialFixture.run { fixture in
      let here = ["NO_GCE_CHECK": "false", "GCE_METADATA_HOST": fixture.server.authority]
      let found = try await fixture.google(here).fetch()
      #expect(fixture.server.isValid(token: found.credential.token.text))
      #expect(fixture.server.requests[0].fields["scopes"] == GoogleScope.storage[0])
      fixture.server.fail(.googleMetadata, status: 404)
      #expect(try await fixture.failure(of: fixture.google(here)).remedy.contains("service account"))
      let client = ClosureClient { _ throws(ObjectStoreError) in
        HTTPResponse(head: HTTPResponseHead(status: 401, headers: HTTPHeaders()))
      }
      let chain = CredentialChain<BearerToken>.google(
        environment: EnvironmentVariables(["HOME": fixture.home]), transport: CredentialTransport(client))
      #expect(try await fixture.failure(of: chain).code == .notConfigured)
      #expect(client.requests.map(\.url.host) == ["169.254.169.254"])
    }
  }

  @Test(
    "files that can't be used are an error that names the member, before anything is sent",
    arguments: [
      ("", "JSON object"), ("[]", "JSON object"), ("{}", "type"), (#"{"type": "gdch_service_account"}"#, "gdch"),
      (#"{"type": "service_account"}"#, "client_email"),
      (#"{"type": "service_account", "client_email": "a", "private_key": "fake/secret"}"#, "private_key"),
      (#"{"type": "service_account", "client_email": "a", "token_uri": "http://example.org/", "private_key": "x"}"#, "https"),
      (#"{"type": "authorized_user", "client_id": "a"}"#, "client_secret"),
      (#"{"type": "external_account", "credential_source": {"executable": {}}}"#, "executable"),
      (#"{"type": "impersonated_service_account", "source_credentials": {"type": "impersonated_service_account"}}"#, "within another"),
    ])
  func unusable(text: String, words: String) async throws {
    try await CredentialFixture.run(["key.json": text]) { fixture in
      let error = try await fixture.failure(of: fixture.google(Self.named))
      #expect(error.code == .unusable && error.detail.contains(words), "\(error)")
      #expect(fixture.server.requests.isEmpty)
    }
  }

  @Test("a file that the environment names must be there; HMAC keys come in pairs")
  func environment() async throws {
    try await CredentialFixture.run { fixture in
      #expect(try await fixture.failure(of: fixture.google(Self.named)).code == .unusable)
      #expect(try await fixture.failure(of: fixture.google()).code == .notConfigured)
      let pair = try await GoogleHMACSource(EnvironmentVariables(["GCS_KEY": "k", "GCS_SECRET": "s"])).fetch()
      #expect(pair?.credential == AWSCredential(accessKeyID: "k", secretAccessKey: Secret("s")))
      #expect(try await GoogleHMACSource(EnvironmentVariables([:])).fetch() == nil)
      await #expect(throws: CredentialError.self) { try await GoogleHMACSource(EnvironmentVariables(["GCS_KEY": "k"])).fetch() }
    }
  }
}
