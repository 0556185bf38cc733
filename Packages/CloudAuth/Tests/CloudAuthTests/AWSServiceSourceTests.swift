import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import Testing

struct AWSContainerTests {
  @Test("the container's endpoint, with a token from the environment or a file that is read each time")
  func container() async throws {
    try await CredentialFixture.run(["token": "old"]) { fixture in
      let uri = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "ENDPOINT/container"]
      let token = ["AWS_CONTAINER_AUTHORIZATION_TOKEN": FakeCredentialServices.containerToken]
      let found = try await fixture.aws(uri.merging(token) { $1 }).fetch()
      #expect(fixture.server.isValid(accessKeyID: found.credential.accessKeyID))
      #expect(found.source == "the container's role" && found.credential.sessionToken != nil)
      let refused = try await fixture.failure(of: fixture.aws(uri))
      #expect(refused.code == .serviceFailed && refused.detail.contains("401"))
      // The file goes before the variable, as in botocore.
      let chain = fixture.aws(
        uri.merging(token) { $1 }.merging(["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/token"]) { $1 })
      #expect(try await fixture.failure(of: chain).code == .serviceFailed)
      try fixture.write(FakeCredentialServices.containerToken, to: "token")
      #expect(try await chain.fetch().source == "the container's role")
    }
  }

  @Test("a relative address is on ECS's own host, and goes before a full one")
  func relative() async throws {
    let client = ClosureClient { request throws(ObjectStoreError) in
      HTTPResponse(
        head: HTTPResponseHead(status: 200, headers: HTTPHeaders()),
        body: Array(#"{"AccessKeyId":"a","SecretAccessKey":"b","Token":"c","Expiration":"2030-01-01T00:00:00Z"}"#.utf8))
    }
    let environment = EnvironmentVariables([
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/x?y=z", "HOME": "/nonexistent",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/other",
    ])
    let found = try await CredentialChain<AWSCredential>.aws(
      environment: environment, transport: CredentialTransport(client)
    ).fetch()
    #expect(found.credential.accessKeyID == "a" && found.expiration == UnixTime(iso8601: "2030-01-01T00:00:00Z"))
    #expect(client.requests[0].url.text == "http://169.254.170.2/v2/credentials/x?y=z")
  }

  @Test(
    "a token goes to https, to this machine and to AWS's own hosts only",
    arguments: [
      ("http://example.org/x", false), ("http://169.254.170.3/", false), ("http://127.0.0.1.example.org/", false),
      ("http://localhost.example.org/", false), ("http://[fd00:ec2::24]/", false), ("https://example.org/x", true),
      ("http://169.254.170.2/x", true), ("http://169.254.170.23/v1/credentials", true), ("http://[fd00:ec2::23]/x", true),
      ("http://127.3.4.5/x", true), ("http://localhost:80/x", true), ("http://[::1]:9/x", true),
    ])
  func hosts(uri: String, isAllowed: Bool) async throws {
    let client = ClosureClient { _ throws(ObjectStoreError) in
      HTTPResponse(head: HTTPResponseHead(status: 403, headers: HTTPHeaders()))
    }
    let environment = EnvironmentVariables([
      "AWS_CONTAINER_CREDENTIALS_FULL_URI": uri, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t", "HOME": "/nonexistent",
    ])
    let chain = CredentialChain<AWSCredential>.aws(environment: environment, transport: CredentialTransport(client))
    let error = await #expect(throws: CredentialError.self) { try await chain.fetch() }
    #expect(error?.code == (isAllowed ? .serviceFailed : .unusable))
    #expect(client.requests.count == (isAllowed ? 1 : 0))
  }
}

struct AWSInstanceTests {
  static let endpoint = ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "ENDPOINT"]

  @Test("the instance's role by a session token, and without one where version 1 is allowed")
  func instance() async throws {
    try await CredentialFixture.run { fixture in
      let found = try await fixture.aws(Self.endpoint).fetch()
      #expect(fixture.server.isValid(accessKeyID: found.credential.accessKeyID))
      #expect(found.source == "the instance's role fake-role")
      #expect(fixture.server.requests.map(\.method) == ["PUT", "GET", "GET"])
      fixture.server.fail(.instance, status: 404)
      // The service wants a token all the same.
      let error = try await fixture.failure(of: fixture.aws(Self.endpoint))
      #expect(error.code == .unusable && error.remedy.contains("hop-limit"))
    }
    try await CredentialFixture.run(configure: { $0.requiresSessionToken = false }) { fixture in
      fixture.server.fail(.instance, status: 405, count: 1)
      let found = try await fixture.aws(Self.endpoint).fetch()
      #expect(found.source == "the instance's role fake-role")
      fixture.server.fail(.instance, status: 403, count: 1)
      let chain = fixture.aws(Self.endpoint.merging(["AWS_EC2_METADATA_V1_DISABLED": "true"]) { $1 })
      let refused = try await fixture.failure(of: chain)
      #expect(refused.remedy.contains("hop-limit"))
    }
  }

  @Test("a session token that is lost one hop too far ends within seconds, with the way out")
  func hops() async throws {
    try await CredentialFixture.run(configure: { $0.answersSessionToken = false }) { fixture in
      let start = ContinuousClock.now
      let error = try await fixture.failure(of: fixture.aws(Self.endpoint))
      #expect(error.code == .unusable && error.remedy.contains("--http-put-response-hop-limit 2"))
      #expect(start.duration(to: .now) < .seconds(10))
    }
  }

  @Test("an instance without a role, a service that is off, and a network without one have nothing")
  func nothing() async throws {
    try await CredentialFixture.run(configure: { $0.instanceRole = nil }) { fixture in
      let noRole = try await fixture.failure(of: fixture.aws(Self.endpoint))
      #expect(noRole.code == .notConfigured)
      let off = Self.endpoint.merging(["AWS_EC2_METADATA_DISABLED": "TRUE"]) { $1 }
      let count = fixture.server.requests.count
      let disabled = try await fixture.failure(of: fixture.aws(off))
      #expect(disabled.code == .notConfigured)
      #expect(fixture.server.requests.count == count)
      let client = ClosureClient { request throws(ObjectStoreError) in
        throw ObjectStoreError(.connectionFailed, url: request.url.text)
      }
      let elsewhere = CredentialChain<AWSCredential>.aws(
        environment: EnvironmentVariables(["HOME": fixture.home]), transport: CredentialTransport(client))
      let absent = try await fixture.failure(of: elsewhere)
      #expect(absent.code == .notConfigured)
      #expect(client.requests.map(\.url.text) == ["http://169.254.169.254/latest/api/token"])
    }
  }

  @Test("once it has answered, its failures are errors that may pass; ended keys count for some minutes more")
  func outage() async throws {
    try await CredentialFixture.run(configure: { $0.lifetime = .seconds(-600) }) { fixture in
      let chain = fixture.aws(Self.endpoint)
      let end = try #require(try await chain.fetch().expiration)
      #expect(end > .now + .seconds(200) && end < .now + .seconds(700))
      fixture.server.fail(.instance, status: 500)
      let error = try await fixture.failure(of: chain)
      #expect(error.code == .serviceFailed && error.retry == .now)
    }
  }
}

struct AWSSignOnTests {
  static let config = """
    [sso-session main]
    sso_start_url = https://example.awsapps.com/start
    sso_region = us-east-1
    [profile session]
    sso_session = main
    sso_account_id = 123456789012
    sso_role_name = reader
    [profile legacy]
    sso_start_url = https://example.awsapps.com/start
    sso_region = us-east-1
    sso_account_id = 123456789012
    sso_role_name = reader
    [profile half]
    sso_account_id = 123456789012
    [profile no-session]
    sso_session = gone
    sso_account_id = 123456789012
    sso_role_name = reader
    [profile other]
    sso_session = main
    sso_region = eu-west-1
    sso_account_id = 123456789012
    sso_role_name = reader
    [profile denied]
    sso_session = main
    sso_account_id = 123456789012
    sso_role_name = denied
    """
  // printf main | sha1sum; printf https://example.awsapps.com/start | sha1sum
  static let sessionFile = ".aws/sso/cache/b28b7af69320201d1cf206ebf28373980add1451.json"
  static let legacyFile = ".aws/sso/cache/e8be5486177c5b5392bd9aa76563515b29358e6e.json"

  static func token(_ token: String = FakeCredentialServices.signOnToken, seconds: Int, more: String = "") -> String {
    #"{"accessToken": "\#(token)", "expiresAt": "\#((UnixTime.now + .seconds(seconds)).iso8601)"\#(more)}"#
  }

  @Test("both forms find their token and get the role's keys")
  func both() async throws {
    let files = [
      ".aws/config": Self.config, Self.sessionFile: Self.token(seconds: 3600), Self.legacyFile: Self.token(seconds: 60),
    ]
    try await CredentialFixture.run(files) { fixture in
      for profile in ["session", "legacy"] {
        let found = try await fixture.aws(["AWS_PROFILE": profile]).fetch()
        #expect(fixture.server.isValid(accessKeyID: found.credential.accessKeyID))
        #expect(found.source == "role reader of 123456789012 by sign-on")
        let end = try #require(found.expiration)
        #expect(end > .now + .seconds(3500) && end < .now + .seconds(3601))
      }
      let denied = try await fixture.failure(of: fixture.aws(profile: "denied"))
      #expect(denied.code == .serviceFailed && denied.retry == .never)
    }
  }

  @Test("a sign-on that is over, absent or refused says how to sign on again")
  func over() async throws {
    let files = [".aws/config": Self.config, Self.legacyFile: Self.token(seconds: -60)]
    try await CredentialFixture.run(files) { fixture in
      for profile in ["session", "legacy"] {
        let error = try await fixture.failure(of: fixture.aws(profile: profile))
        #expect(error.code == .unusable && error.remedy == "run `aws sso login --profile \(profile)`")
      }
      try fixture.write(Self.token("another", seconds: 3600), to: Self.legacyFile)
      #expect(try await fixture.failure(of: fixture.aws(profile: "legacy")).remedy.contains("aws sso login"))
      try fixture.write("[]", to: Self.legacyFile)
      #expect(try await fixture.failure(of: fixture.aws(profile: "legacy")).remedy.contains("aws sso login"))
    }
  }

  @Test("a session's token is renewed before its end, and kept for its owner alone")
  func renewal() async throws {
    let more = """
      , "clientId": "c", "clientSecret": "\(FakeCredentialServices.clientSecret)",
      "registrationExpiresAt": "2100-01-01T00:00:00Z", "refreshToken": "\(FakeCredentialServices.signOnRefreshToken)"
      """
    let files = [".aws/config": Self.config, Self.sessionFile: Self.token(seconds: -60, more: more)]
    try await CredentialFixture.run(files) { fixture in
      let chain = fixture.aws(profile: "session")
      #expect(try await chain.fetch().source.contains("sign-on"))
      #expect(try await chain.fetch().source.contains("sign-on"))
      #expect(fixture.server.requestCount(.signOnToken) == 1)
      let path = fixture.home + "/" + Self.sessionFile
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect((attributes[.posixPermissions] as? Int) == 0o600)
      // One that is still good is used when it can't be renewed.
      try fixture.write(Self.token(seconds: 300, more: more), to: Self.sessionFile)
      fixture.server.fail(.signOnToken, status: 400)
      #expect(try await chain.fetch().source.contains("sign-on"))
      #expect(fixture.server.requestCount(.signOnToken) == 2)
    }
  }

  @Test("settings that are not whole are an error", arguments: ["half", "no-session", "other"])
  func unusable(profile: String) async throws {
    try await CredentialFixture.run([".aws/config": Self.config]) { fixture in
      let error = try await fixture.failure(of: fixture.aws(profile: profile))
      #expect(error.code == .unusable && fixture.server.requests.isEmpty)
    }
  }
}
