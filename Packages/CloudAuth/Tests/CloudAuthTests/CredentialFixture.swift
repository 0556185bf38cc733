import BinaryIO
import CloudAuth
import FakeObjectStores
import Foundation
import HTTPTransport
import ObjectStorage
import Synchronization
import TestSupport
import Testing

/// A home directory, a server of credentials and connections to it.
struct CredentialFixture: Sendable {
  let home: String
  let server: FakeCredentialServices
  let transport: CredentialTransport

  /// Runs a test with one.
  /// - Parameter files: texts by their path below the home directory; `ENDPOINT` and `HOME` are filled in.
  static func run(
    _ files: [String: String] = [:], configure: (inout FakeCredentialServices.Options) -> Void = { _ in },
    _ body: (CredentialFixture) async throws -> Void
  ) async throws {
    let server = try FakeCredentialServices(configure)
    try await withTemporaryDirectory { home in
      let fixture = CredentialFixture(home: home, server: server, transport: CredentialTransport())
      for (path, text) in files { try fixture.write(text, to: path) }
      try await body(fixture)
    }
  }

  func write(_ text: String, to path: String) throws {
    let full = home + "/" + path
    try FileSystem.createDirectory(FileSystem.parentDirectory(of: full))
    try FileSystem.write(Array(filled(text).utf8).span.bytes, to: full)
  }

  func filled(_ text: String) -> String {
    text.replacingOccurrences(of: "ENDPOINT", with: server.endpoint).replacingOccurrences(of: "HOME", with: home)
  }

  /// An environment in which only this directory and this server are found.
  func environment(_ variables: [String: String] = [:]) -> EnvironmentVariables {
    let base = [
      "HOME": home, "AWS_EC2_METADATA_DISABLED": "true", "NO_GCE_CHECK": "true", "AWS_ENDPOINT_URL_STS": server.endpoint,
      "AWS_ENDPOINT_URL_SSO": server.endpoint, "AWS_ENDPOINT_URL_SSO_OIDC": server.endpoint, "AWS_REGION": "us-east-1",
    ]
    return EnvironmentVariables(base.merging(variables) { $1 }.mapValues(filled))
  }

  func aws(_ variables: [String: String] = [:], profile: String? = nil) -> CredentialChain<AWSCredential> {
    .aws(profile: profile, environment: environment(variables), transport: transport)
  }

  func google(_ variables: [String: String] = [:]) -> CredentialChain<BearerToken> {
    .google(environment: environment(variables), transport: transport)
  }

  func azure(_ variables: [String: String] = [:]) -> CredentialChain<AzureCredential> {
    .azure(account: "acc", environment: environment(variables), transport: transport)
  }

  /// The error of a chain that must fail; its text holds none of the secrets of the tests.
  func failure<Credential>(
    of chain: CredentialChain<Credential>, _ location: SourceLocation = #_sourceLocation
  ) async throws -> CredentialError {
    let error = try #require(
      await #expect(throws: CredentialError.self, sourceLocation: location) { try await chain.fetch() },
      sourceLocation: location)
    expectNoSecret(in: "\(error)", location)
    return error
  }

  func expectNoSecret(in text: String, _ location: SourceLocation = #_sourceLocation) {
    let secrets = [
      FakeS3.Credential.test.secretAccessKey, FakeCredentialServices.webIdentityToken,
      FakeCredentialServices.signOnToken, FakeCredentialServices.containerToken,
      FakeCredentialServices.googleRefreshToken, FakeCredentialServices.subjectToken,
      FakeCredentialServices.clientSecret, FakeCredentialServices.identityHeader, "BEGIN PRIVATE KEY", "fake/secret",
    ]
    for secret in secrets { #expect(!text.contains(secret), "\(text)", sourceLocation: location) }
  }
}

extension FakeS3.Credential {
  /// The lines of a profile with these keys.
  static let profileLines = """
    aws_access_key_id = \(test.accessKeyID)
    aws_secret_access_key = \(test.secretAccessKey)
    """
}

/// Answers every request by a closure, without a network.
final class ClosureClient: HTTPClient {
  private let answer: @Sendable (HTTPRequest) throws(ObjectStoreError) -> HTTPResponse
  private let kept = Mutex<[HTTPRequest]>([])

  init(_ answer: @escaping @Sendable (HTTPRequest) throws(ObjectStoreError) -> HTTPResponse) { self.answer = answer }

  var requests: [HTTPRequest] { kept.withLock { $0 } }

  func perform(
    _ request: HTTPRequest,
    receiving: @escaping @Sendable (HTTPResponseHead) throws(ObjectStoreError) -> HTTPBodyDestination
  ) async throws(ObjectStoreError) -> HTTPResponse {
    kept.withLock { $0.append(request) }
    return try answer(request)
  }
}
