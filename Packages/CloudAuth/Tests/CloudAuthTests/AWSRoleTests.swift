import CloudAuth
import FakeObjectStores
import ObjectStorage
import Testing

struct AWSRoleTests {
  static let config = """
    [profile base]
    \(FakeS3.Credential.profileLines)
    [profile one]
    role_arn = arn:aws:iam::1:role/one
    source_profile = base
    role_session_name = a-session
    duration_seconds = 1234
    [profile two]
    role_arn = arn:aws:iam::1:role/two
    source_profile = one
    [profile external]
    role_arn = arn:aws:iam::1:role/external
    source_profile = base
    external_id = fake-external-id
    [profile own]
    role_arn = arn:aws:iam::1:role/own
    source_profile = own
    \(FakeS3.Credential.profileLines)
    [profile environment]
    role_arn = arn:aws:iam::1:role/environment
    credential_source = Environment
    [profile container]
    role_arn = arn:aws:iam::1:role/container
    credential_source = EcsContainer
    [profile process]
    credential_process = cat HOME/keys.json
    [profile over-process]
    role_arn = arn:aws:iam::1:role/over-process
    source_profile = process
    [profile wrong-duration]
    role_arn = arn:aws:iam::1:role/x
    source_profile = base
    duration_seconds = soon

    [profile mfa]
    role_arn = arn:aws:iam::1:role/mfa
    source_profile = base
    mfa_serial = arn:aws:iam::1:mfa/me
    [profile both]
    role_arn = arn:aws:iam::1:role/x
    source_profile = base
    credential_source = Environment
    [profile neither]
    role_arn = arn:aws:iam::1:role/x
    [profile circle]
    role_arn = arn:aws:iam::1:role/x
    source_profile = circle-2
    [profile circle-2]
    role_arn = arn:aws:iam::1:role/x
    source_profile = circle
    [profile self]
    role_arn = arn:aws:iam::1:role/x
    source_profile = self
    [profile no-such]
    role_arn = arn:aws:iam::1:role/x
    source_profile = gone
    [profile empty]
    region = us-east-1
    [profile over-empty]
    role_arn = arn:aws:iam::1:role/x
    source_profile = empty
    [profile odd-source]
    role_arn = arn:aws:iam::1:role/x
    credential_source = Moon
    [profile denied]
    role_arn = arn:aws:iam::1:role/denied
    source_profile = base
    """
  static let keys = """
    {"Version": 1, "AccessKeyId": "\(FakeS3.Credential.test.accessKeyID)",
     "SecretAccessKey": "\(FakeS3.Credential.test.secretAccessKey)"}
    """
  static let files = [".aws/config": config, "keys.json": keys]

  @Test("a profile's role, with its session's name and duration, is assumed by its source's keys")
  func one() async throws {
    try await CredentialFixture.run(Self.files) { fixture in
      let found = try await fixture.aws(["AWS_PROFILE": "one"]).fetch()
      #expect(fixture.server.isValid(accessKeyID: found.credential.accessKeyID))
      #expect(found.source == "role arn:aws:iam::1:role/one by profile base")
      let request = fixture.server.requests[0]
      #expect(request.fields["RoleSessionName"] == "a-session" && request.fields["DurationSeconds"] == "1234")
      #expect(request.fields["ExternalId"] == nil)
      let end = try #require(found.expiration)
      #expect(end > .now + .seconds(3500) && end < .now + .seconds(3601))
      // The keys work: they sign the next role's request.
      let chained = try await fixture.aws(["AWS_PROFILE": "two"]).fetch()
      #expect(chained.source == "role arn:aws:iam::1:role/two by role arn:aws:iam::1:role/one by profile base")
      #expect(fixture.server.requestCount(.securityToken) == 3)
    }
  }

  @Test(
    "every way to name the source works",
    arguments: ["external", "own", "over-process", "environment", "container", "wrong-duration"])
  func sources(profile: String) async throws {
    try await CredentialFixture.run(Self.files) { fixture in
      let found = try await fixture.aws(
        [
          "AWS_ACCESS_KEY_ID": FakeS3.Credential.test.accessKeyID,
          "AWS_SECRET_ACCESS_KEY": FakeS3.Credential.test.secretAccessKey,
          "AWS_CONTAINER_CREDENTIALS_FULL_URI": "ENDPOINT/container",
          "AWS_CONTAINER_AUTHORIZATION_TOKEN": FakeCredentialServices.containerToken,
        ], profile: profile
      ).fetch()
      #expect(fixture.server.isValid(accessKeyID: found.credential.accessKeyID))
    }
  }

  @Test(
    "settings that lead to no keys are an error that names them",
    arguments: [
      ("mfa", "mfa_serial"), ("both", "both"), ("neither", "neither"), ("circle", "circle → circle-2 → circle"),
      ("self", "self → self"), ("no-such", "gone"), ("over-empty", "empty"), ("odd-source", "Moon"),
    ])
  func unusable(profile: String, words: String) async throws {
    try await CredentialFixture.run(Self.files) { fixture in
      let error = try await fixture.failure(of: fixture.aws(profile: profile))
      #expect(error.code == .unusable && error.detail.contains(words), "\(error)")
      #expect(fixture.server.requests.isEmpty)
    }
  }

  @Test("a refused role is an error with the service's words, without a further try")
  func denied() async throws {
    try await CredentialFixture.run(Self.files) { fixture in
      let error = try await fixture.failure(of: fixture.aws(profile: "denied"))
      #expect(error.code == .serviceFailed && error.retry == .never && error.detail.contains("AccessDenied"))
      #expect(fixture.server.requestCount(.securityToken) == 1)
    }
  }

  @Test("a clock that is off by hours costs one more request, and the end is on this machine's clock", arguments: [-7200, 7200])
  func skew(seconds: Int) async throws {
    try await CredentialFixture.run(Self.files) { fixture in
      fixture.server.setClockOffset(.seconds(seconds))
      let found = try await fixture.aws(profile: "one").fetch()
      let end = try #require(found.expiration)
      #expect(end > .now + .seconds(3500) && end < .now + .seconds(3700))
      #expect(fixture.server.requestCount(.securityToken) == 2)
    }
  }

  @Test(
    "answers that are none are an error that may pass",
    arguments: [
      "", "<a>", "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "<AssumeRoleResponse/>",
      "<R><Credentials><AccessKeyId>a</AccessKeyId></Credentials></R>",
      "<R><Credentials><AccessKeyId>a\nb</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
        + "<Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></R>",
    ])
  func hostile(body: String) async throws {
    try await CredentialFixture.run(Self.files) { fixture in
      fixture.server.fail(.securityToken, status: 200, body: body)
      let error = try await fixture.failure(of: fixture.aws(profile: "one"))
      #expect(error.code == .serviceFailed && error.retry == .now)
    }
  }

  @Test("web identity reads its token anew each time, from the environment's or the profile's file")
  func webIdentity() async throws {
    let files = [
      "token": "old", ".aws/config": """
        [profile pod]
        role_arn = arn:aws:iam::1:role/pod
        web_identity_token_file = HOME/token
        role_session_name = pod
        [profile half]
        web_identity_token_file = HOME/token
        [profile over-pod]
        role_arn = arn:aws:iam::1:role/over-pod
        source_profile = pod
        """,
    ]
    try await CredentialFixture.run(files) { fixture in
      let variables = ["AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/irsa"]
      let chain = fixture.aws(variables)
      let error = try await fixture.failure(of: chain)
      #expect(error.detail.contains("InvalidIdentityToken"))
      try fixture.write(FakeCredentialServices.webIdentityToken + "\n", to: "token")
      let found = try await chain.fetch()
      #expect(found.source == "role arn:aws:iam::1:role/irsa by web identity")
      #expect(fixture.server.isValid(accessKeyID: found.credential.accessKeyID))
      #expect(try await fixture.aws(profile: "pod").fetch().source.contains("role/pod"))
      #expect(try await fixture.aws(profile: "over-pod").fetch().source.contains("over-pod by role arn:aws:iam::1:role/pod"))
      #expect(try await fixture.failure(of: fixture.aws(profile: "half")).code == .unusable)
      let none = try await fixture.failure(of: fixture.aws(["AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token"]))
      #expect(none.code == .unusable && none.remedy.contains("AWS_ROLE_ARN"))
    }
  }
}
