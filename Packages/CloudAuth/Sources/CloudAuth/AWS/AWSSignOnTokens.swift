import BinaryIO
import HTTPTransport
import ObjectStorage
import PythonJSON
import Threading

/// The token that `aws sso login` keeps in a file, renewed there as AWS's tools do: by the session's refresh
/// token, when it is about to end.
struct AWSSignOnTokens: Sendable {
  let context: AWSContext
  let service: CredentialService
  let remedy: String
  /// The name of the session; nil for the older form, whose tokens can't be renewed.
  let session: String?
  let startURL: String
  let region: String
  /// Where tokens are renewed, if not where the region's are.
  let endpoint: String?

  /// A token that is valid.
  func current() async throws(CredentialError) -> Secret {
    let now = context.clock()
    guard let held = try await LocalFile(path: path, source: service.source, remedy: remedy).object() else {
      throw signedOut("none in \(path)")
    }
    guard let token = held["accessToken"]?.string, let text = held["expiresAt"]?.string,
      let end = Self.time(text)
    else { throw signedOut("another kind of file at \(path)") }
    if end > now + .seconds(15 * 60) { return Secret(token) }
    if session != nil, let renewed = try await renew(held, now) { return renewed }
    guard end > now else { throw signedOut("one that ended at \(end.iso8601)") }
    return Secret(token)
  }

  /// Asks for the next token and keeps it for AWS's tools too.
  /// - Returns: nil where it can't be renewed: the old one counts until its end.
  private func renew(_ held: JSONObject, _ now: UnixTime) async throws(CredentialError) -> Secret? {
    guard let client = held["clientId"]?.string, let secret = held["clientSecret"]?.string,
      let refresh = held["refreshToken"]?.string,
      let registered = held["registrationExpiresAt"]?.string.flatMap({ Self.time($0) }), registered > now
    else { return nil }
    var url = try service.url(endpoint ?? "https://oidc.\(region).\(AWSRegion.domain(region))", from: "sso_region")
    url.encodedPath = "/token"
    let body: JSONObject = [
      "grantType": "refresh_token", "clientId": .string(client), "clientSecret": .string(secret),
      "refreshToken": .string(refresh),
    ]
    let answer = try? await service.exchange(
      HTTPRequest(
        .post, url, headers: ["Content-Type": "application/json"],
        body: MemorySource(JSONValue.object(body).encoded(sortingKeys: false))))
    guard let answer, answer.status == 200, let object = try? service.object(answer),
      let token = try? object.text("accessToken"), let life = object.seconds("expiresIn"), life > 0
    else { return nil }
    var fresh = held
    fresh["accessToken"] = .string(token)
    fresh["expiresAt"] = .string((now + .seconds(min(life, 1 << 30))).iso8601)
    if let next = object.object["refreshToken"]?.string { fresh["refreshToken"] = .string(next) }
    await keep(fresh)
    return Secret(token)
  }

  /// Writes the file anew, for its owner alone. A failure costs a renewal, nothing else.
  private func keep(_ token: JSONObject) async {
    let (path, bytes) = (path, JSONValue.object(token).encoded(sortingKeys: false))
    await BlockingPool.shared.run { try? PrivateFile.replace(path, with: bytes) }
  }

  private var path: String {
    let name = Digests.sha1(Array((session ?? startURL).utf8).span)
    var hexadecimal: [UInt8] = []
    Digests.appendHexadecimal(name, to: &hexadecimal)
    let home = context.environment["HOME"] ?? "/"
    return home + "/.aws/sso/cache/" + String(decoding: hexadecimal, as: UTF8.self) + ".json"
  }

  /// Older tools write `UTC` for `Z`.
  private static func time(_ text: String) -> UnixTime? {
    UnixTime(rfc3339: text.hasSuffix("UTC") ? text.dropLast(3) + "Z" : text)
  }

  private func signedOut(_ found: String) -> CredentialError {
    CredentialError(
      .unusable, source: service.source, detail: "expected the token of a sign-on, found \(found)", remedy: remedy)
  }
}
