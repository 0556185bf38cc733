import CloudAuth
import Foundation
import HTTPTransport
import ObjectStorage
import PythonJSON
import Testing

/// Which credential botocore 1.44.8 finds: `Tests/Vectors/make-aws-chain-vectors`.
struct AWSChainVectorTests {
  struct Vector: Codable {
    let environment, files: [String: String]
    let profile, key, error: String?
  }

  /// Letters and digits of the parts, as the script has it.
  static func plain(_ parts: String?...) -> String {
    String(parts.map { $0 ?? "-" }.joined(separator: ".").map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// Answers as the server of the script does.
  static func answer(_ request: HTTPRequest) throws(ObjectStoreError) -> HTTPResponse {
    let end = "2035-01-01T00:00:00Z"
    let query = fields(request.url.encodedQuery ?? "")
    func reply(_ text: String) -> HTTPResponse {
      HTTPResponse(head: HTTPResponseHead(status: 200, headers: HTTPHeaders()), body: Array(text.utf8))
    }
    func metadata(_ key: String) -> HTTPResponse {
      reply(#"{"Code":"Success","AccessKeyId":"\#(key)","SecretAccessKey":"s","Token":"t","Expiration":"\#(end)"}"#)
    }
    switch request.url.encodedPath {
    case "/latest/api/token": return reply("session-token")
    case "/container": return metadata(plain("container", request.headers["Authorization"]))
    case "/federation/credentials":
      let key = plain("sso", query["role_name"], query["account_id"], request.headers["x-amz-sso_bearer_token"])
      return reply(
        #"{"roleCredentials":{"accessKeyId":"\#(key)","secretAccessKey":"s","sessionToken":"t","expiration":2051222400000}}"#)
    case let path where path.hasSuffix("security-credentials/"): return reply("instance-role")
    case let path where path.hasSuffix("security-credentials/instance-role"): return metadata("instance")
    default: break
    }
    let body = try request.body.map { (body) throws(ObjectStoreError) in try body.bytes(at: 0, count: body.byteCount) } ?? []
    let form = fields(String(decoding: body, as: UTF8.self))
    let isWeb = form["Action"] == "AssumeRoleWithWebIdentity"
    let caller = request.headers["Authorization"]?.components(separatedBy: "Credential=").last?.components(separatedBy: "/").first
    let key =
      isWeb
      ? plain("web", form["RoleArn"], form["WebIdentityToken"])
      : plain("role", form["RoleArn"], caller, form["ExternalId"], form["DurationSeconds"])
    return reply(
      "<R><S><Credentials><AccessKeyId>\(key)</AccessKeyId><SecretAccessKey>s</SecretAccessKey>"
        + "<SessionToken>t</SessionToken><Expiration>\(end)</Expiration></Credentials></S></R>")
  }

  static func fields(_ text: String) -> [String: String] {
    var fields: [String: String] = [:]
    for part in text.split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
      if sides.count == 2 { fields[sides[0]] = sides[1] }
    }
    return fields
  }

  static func result(of chain: CredentialChain<AWSCredential>) async -> Result<Expiring<AWSCredential>, CredentialError> {
    do throws(CredentialError) { return .success(try await chain.fetch()) } catch { return .failure(error) }
  }

  @Test("finds what botocore finds, for random environments and files")
  func agrees() async throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Vectors/aws-chain.json")
    let vectors = try JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
    #expect(vectors.count == 160)
    for (number, vector) in vectors.enumerated() {
      try await CredentialFixture.run(vector.files) { fixture in
        let client = ClosureClient { request throws(ObjectStoreError) in try Self.answer(request) }
        let chain = CredentialChain<AWSCredential>.aws(
          profile: vector.profile,
          environment: fixture.environment(
            vector.environment.merging(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "ENDPOINT"]) { $1 }),
          transport: CredentialTransport(client))
        switch await Self.result(of: chain) {
        case .success(let found):
          #expect(found.credential.accessKeyID == vector.key, "vector \(number): \(vector)")
        case .failure(let error):
          let isNone = error.code == .notConfigured
          #expect(vector.key == nil && isNone == (vector.error == nil), "vector \(number): \(error) \(vector)")
        }
      }
    }
  }
}
