import BinaryIO
import CloudAuth
import Foundation
import TestSupport
import Testing

struct AWSSourceTests {
  @Test("the environment's keys, whole or not at all")
  func environment() async throws {
    let whole = try await AWSEnvironmentSource(
      EnvironmentVariables(["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t"])
    ).fetch()
    #expect(
      whole?.credential
        == AWSCredential(accessKeyID: "a", secretAccessKey: Secret("s"), sessionToken: Secret("t")))
    #expect(try await AWSEnvironmentSource(EnvironmentVariables(["AWS_ACCESS_KEY_ID": ""])).fetch() == nil)
    let error = await #expect(throws: CredentialError.self) {
      try await AWSEnvironmentSource(EnvironmentVariables(["AWS_ACCESS_KEY_ID": "a"])).fetch()
    }
    #expect(error?.code == .unusable)
  }

  static let credentials = """
    # a comment
    [default]
    aws_access_key_id = D
    aws_secret_access_key=d=/+

    [train]
      aws_access_key_id = T
    aws_secret_access_key = t
    aws_session_token = tt
    [half]
    aws_access_key_id = H
    """
  static let config = """
    [default]
    region = eu-west-1
    [profile train]
    region=us-west-2
    endpoint_url = https://general.example
    services = lab
    s3 =
      addressing_style = path
    [services lab]
    s3 =
      endpoint_url = https://s3.example
      other = x
    dynamodb =
      endpoint_url = https://d.example
    [profile "a b"]
    AWS_ACCESS_KEY_ID = Q
    aws_secret_access_key = q
    [profile role]
    role_arn = arn:aws:iam::1:role/x
    [broken
    no equals sign
    """

  func withFiles(
    _ variables: [String: String] = [:], _ body: (EnvironmentVariables) async throws -> Void
  ) async throws {
    try await withTemporaryDirectory { home in
      try FileSystem.createDirectory(home + "/.aws")
      try FileSystem.write(Array(Self.credentials.utf8).span.bytes, to: home + "/.aws/credentials")
      try FileSystem.write(Array(Self.config.utf8).span.bytes, to: home + "/.aws/config")
      try await body(EnvironmentVariables(variables.merging(["HOME": home]) { $1 }))
    }
  }

  @Test(
    "profiles of both files", arguments: [("default", "D", "d=/+"), ("train", "T", "t"), ("a b", "Q", "q")])
  func profiles(name: String, keyID: String, secret: String) async throws {
    try await withFiles { environment in
      let found = try await AWSProfileSource(name, environment: environment).fetch()
      #expect(found?.credential.accessKeyID == keyID)
      #expect(found?.credential.secretAccessKey == Secret(secret))
      #expect(found?.credential.sessionToken == (name == "train" ? Secret("tt") : nil))
      #expect(found?.source == "profile \(name)")
    }
  }

  @Test(
    "a profile that is set up otherwise, half, or asked for and absent is an error",
    arguments: ["half", "role", "gone"])
  func unusable(name: String) async throws {
    try await withFiles(["AWS_PROFILE": name]) { environment in
      let error = await #expect(throws: CredentialError.self) {
        try await AWSProfileSource(environment: environment).fetch()
      }
      #expect(error?.code == .unusable)
    }
  }

  @Test("regions and endpoints, the environment's first")
  func settings() async throws {
    try await withFiles { environment in
      let configuration = try AWSConfiguration(environment)
      #expect(configuration.region() == "eu-west-1")
      #expect(configuration.region(profile: "train") == "us-west-2")
      #expect(configuration.endpoint(of: "s3") == nil)
      #expect(configuration.endpoint(of: "s3", profile: "train") == "https://s3.example")
      #expect(configuration.endpoint(of: "sts", profile: "train") == "https://general.example")
    }
    try await withFiles(["AWS_PROFILE": "train", "AWS_REGION": "x", "AWS_ENDPOINT_URL_S3": "https://e"]) {
      environment in
      let configuration = try AWSConfiguration(environment)
      #expect(configuration.region() == "x")
      #expect(configuration.endpoint(of: "s3") == "https://e")
    }
    try await withFiles(["AWS_ENDPOINT_URL": "https://e", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"]) {
      environment in
      let endpoint = try AWSConfiguration(environment).endpoint(of: "s3")
      #expect(endpoint == nil)
    }
  }

  @Test("absent files hold nothing, unreadable ones are an error")
  func files() async throws {
    try await withTemporaryDirectory { home in
      let nothing = try await AWSProfileSource(environment: EnvironmentVariables(["HOME": home])).fetch()
      #expect(nothing == nil)
      let environment = EnvironmentVariables(["HOME": home, "AWS_CONFIG_FILE": home])
      let error = await #expect(throws: CredentialError.self) {
        try await AWSProfileSource(environment: environment).fetch()
      }
      #expect(error?.code == .unusable)
    }
  }
}
