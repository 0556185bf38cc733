import CloudAuth
import FakeObjectStores
import HTTPTransport
import ObjectStorage
import Testing

struct ReportTests {
  @Test("a report tells what each source said, in order, without a secret")
  func report() async throws {
    try await CredentialFixture.run([".aws/config": AWSRoleTests.config]) { fixture in
      let reports = await fixture.aws(["AWS_PROFILE": "one"]).report()
      #expect(reports.map(\.outcome).filter { $0 == .notConfigured }.count == 1)
      #expect(reports[0].description == "environment (AWS_ACCESS_KEY_ID): not set up")
      #expect(reports[1].description.hasPrefix("role of profile one: found, by role arn:aws:iam::1:role/one by profile base, until 2"))
      #expect(reports[2...].allSatisfy { $0.outcome == .notAsked } && reports.count == 10)
      for report in reports { fixture.expectNoSecret(in: report.description) }

      let failed = await fixture.aws(["AWS_PROFILE": "mfa"]).report()
      #expect(failed[1].description.contains("fails: expected a role without a second factor") && failed[2].outcome == .notAsked)
      let client = ClosureClient { request throws(ObjectStoreError) in
        throw ObjectStoreError(.connectionFailed, url: request.url.text)
      }
      let none = await CredentialChain<AzureCredential>.azure(
        environment: EnvironmentVariables([:]), transport: CredentialTransport(client)
      ).report()
      #expect(none.count == 5 && none.allSatisfy { $0.outcome == .notConfigured })
    }
  }

  @Test("the order is botocore's")
  func order() async throws {
    try await CredentialFixture.run { fixture in
      let names = fixture.aws().sources.map(\.name)
      #expect(
        names == [
          "environment (AWS_ACCESS_KEY_ID)", "role of profile default", "web identity (AWS_WEB_IDENTITY_TOKEN_FILE)",
          "sign-on (SSO) of profile default", "keys of profile default in the credentials file",
          "`aws login` of profile default", "process of profile default", "keys of profile default in the config file",
          "container (AWS_CONTAINER_CREDENTIALS_…)", "instance metadata (EC2)",
        ])
      #expect(fixture.aws(profile: "x").sources.map(\.name).first == "role of profile x")
    }
  }
}
