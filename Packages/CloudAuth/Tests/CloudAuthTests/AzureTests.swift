@testable import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import Testing

struct AzureTests {
  static let application = ["AZURE_TENANT_ID": "fake-tenant", "AZURE_CLIENT_ID": "fake-client", "AZURE_AUTHORITY_HOST": "ENDPOINT"]

  func token(_ found: Expiring<AzureCredential>) throws -> String {
    guard case .bearer(let token) = found.credential else { return "" }
    return token.token.text
  }

  @Test("an application's secret, and a pod's token that is read each time")
  func application() async throws {
    try await CredentialFixture.run(["subject": "old"]) { fixture in
      let secret = Self.application.merging(["AZURE_CLIENT_SECRET": FakeCredentialServices.clientSecret]) { $1 }
      let found = try await fixture.azure(secret).fetch()
      #expect(fixture.server.isValid(token: try token(found)) && found.source.contains("fake-client"))
      let chain = fixture.azure(Self.application.merging(["AZURE_FEDERATED_TOKEN_FILE": "HOME/subject"]) { $1 })
      let error = try await fixture.failure(of: chain)
      #expect(error.code == .serviceFailed && error.detail.contains("AADSTS7000215") && error.retry == .never)
      try fixture.write(FakeCredentialServices.subjectToken, to: "subject")
      #expect(fixture.server.isValid(token: try token(try await chain.fetch())))
      var half = secret
      half["AZURE_TENANT_ID"] = nil
      #expect(try await fixture.failure(of: fixture.azure(half)).code == .unusable)
    }
  }

  @Test("the machine's identity, that of an application, and none elsewhere")
  func managed() async throws {
    try await CredentialFixture.run { fixture in
      let machine = try await fixture.azure(["AZURE_POD_IDENTITY_AUTHORITY_HOST": "ENDPOINT", "AZURE_CLIENT_ID": "chosen"]).fetch()
      #expect(fixture.server.isValid(token: try token(machine)))
      #expect(fixture.server.requests[0].fields["client_id"] == "chosen")
      let variables = ["IDENTITY_ENDPOINT": "ENDPOINT/identity", "IDENTITY_HEADER": FakeCredentialServices.identityHeader]
      let application = try await fixture.azure(variables).fetch()
      #expect(fixture.server.isValid(token: try token(application)))
      let end = try #require(application.expiration)
      #expect(end > .now + .seconds(3500) && end < .now + .seconds(3601))
      let arc = try await fixture.failure(of: fixture.azure(["IDENTITY_ENDPOINT": "ENDPOINT/identity"]))
      #expect(arc.code == .unusable && arc.detail.contains("Arc"))
      for status in [0, 404, 401] {
        let client = ClosureClient { request throws(ObjectStoreError) in
          if status == 0 { throw ObjectStoreError(.timedOut, url: request.url.text) }
          return HTTPResponse(head: HTTPResponseHead(status: status, headers: HTTPHeaders()))
        }
        let chain = CredentialChain<AzureCredential>.azure(
          environment: EnvironmentVariables([:]), transport: CredentialTransport(client))
        #expect(try await fixture.failure(of: chain).code == .notConfigured)
        #expect(client.requests.map(\.url.host) == ["169.254.169.254"])
        #expect(client.requests[0].headers["Metadata"] == "true")
      }
    }
  }

  @Test("the command line's sign-on, where it is installed")
  func commandLine() async throws {
    let script = """
      #!/bin/sh
      [ "$*" = "account get-access-token --output json --resource https://storage.azure.com/" ] || exit 3
      cat HOME/answer
      """
    let answer = #"{"accessToken": "fake/secret", "expiresOn": "2030-01-01 00:00:00.000000", "expires_on": 1893456000}"#
    try await CredentialFixture.run(["bin/az": script, "answer": answer]) { fixture in
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fixture.home + "/bin/az")
      let source = AzureCommandLineSource(environment: EnvironmentVariables(["PATH": "/nonexistent:\(fixture.home)/bin"]))
      let found = try #require(try await source.fetch())
      #expect(found.credential.token.text == "fake/secret" && found.expiration == UnixTime(seconds: 1_893_456_000))
      try fixture.write("{}", to: "answer")
      let error = await #expect(throws: CredentialError.self) { try await source.fetch() }
      #expect(error?.code == .unusable)
      #expect(try await AzureCommandLineSource(environment: EnvironmentVariables(["PATH": "/nonexistent"])).fetch() == nil)
    }
  }
}
