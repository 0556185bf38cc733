import ObjectStorage
import PythonJSON

/// A profile's `credential_process`: a program that prints keys.
///
/// Run without a shell, in words as botocore splits them, at most a minute and 256 KiB; what it prints is never
/// shown.
struct AWSProcessSource: CredentialSource {
  let context: AWSContext
  var timeLimit: Duration = .seconds(60)

  var name: String { "process of profile \(context.profile)" }

  func fetch() async throws(CredentialError) -> Expiring<AWSCredential>? {
    let configuration = try await context.configuration()
    guard let command = configuration.profile(context.profile)["credential_process"] else { return nil }
    let words: [String]
    do throws(ShellWords.Flaw) {
      words = try ShellWords.split(command)
    } catch {
      throw failure("a command in words", "a quote that does not end", retry: .never)
    }
    let bytes: [UInt8]
    do throws(ChildProcess.Failure) {
      bytes = try await ChildProcess.output(of: words, timeLimit: timeLimit)
    } catch {
      throw failure("its output", "\(error)", retry: error == .notFound ? .never : .now)
    }
    return try credential(in: bytes)
  }

  private func credential(in bytes: [UInt8]) throws(CredentialError) -> Expiring<AWSCredential> {
    guard let value = try? JSONValue(parsing: bytes.span.bytes, limits: JSONLimits(depth: 16)), value.object != nil
    else { throw failure("a JSON object", "\(bytes.count) bytes of another kind") }
    guard value["Version"]?.int == 1 else { throw failure("`Version` 1", "another, or none") }
    func text(_ name: String) -> String? { value[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    guard let keyID = text("AccessKeyId"), let secret = text("SecretAccessKey") else {
      throw failure("AccessKeyId and SecretAccessKey", "not both")
    }
    var expiration: UnixTime?
    if let end = text("Expiration") {
      guard let time = UnixTime(rfc3339: end) else { throw failure("`Expiration` as 2006-02-03T16:45:09Z", "another form") }
      expiration = time
    }
    return Expiring(
      AWSCredential(
        accessKeyID: keyID, secretAccessKey: Secret(secret),
        sessionToken: text("SessionToken").map { Secret($0) }),
      expiration: expiration, source: name)
  }

  private func failure(_ expected: String, _ found: String, retry: RetryAdvice = .now) -> CredentialError {
    CredentialError(
      .unusable, source: name, detail: "credential_process: expected \(expected), found \(found)",
      remedy: "run the command of credential_process by hand", retry: retry)
  }
}
