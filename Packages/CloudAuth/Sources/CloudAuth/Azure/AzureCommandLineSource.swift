import ObjectStorage
import PythonJSON
import SystemLibC

/// Whoever is signed in with Azure's command line, `az login`.
public struct AzureCommandLineSource: CredentialSource {
  public let name = "Azure's command line (az)"
  private let environment: EnvironmentVariables

  /// Makes a source.
  /// - Parameter environment: its `PATH` tells where to look for the program `az`.
  public init(environment: EnvironmentVariables = .process) { self.environment = environment }

  public func fetch() async throws(CredentialError) -> Expiring<BearerToken>? {
    let candidates = environment["PATH"]?.split(separator: ":").map { String($0) + "/az" } ?? []
    guard let command = candidates.first(where: { access($0, X_OK) == 0 }) else { return nil }
    let words = [command, "account", "get-access-token", "--output", "json", "--resource", AzureResource.storage]
    let bytes: [UInt8]
    do throws(ChildProcess.Failure) {
      bytes = try await ChildProcess.output(of: words)
    } catch {
      throw CredentialError(
        .unusable, source: name, detail: "expected a token from `az`, found: \(error)",
        remedy: "run `az login`")
    }
    guard let value = try? JSONValue(parsing: bytes.span.bytes, limits: JSONLimits(depth: 16)),
      let token = value["accessToken"]?.string, let moment = value["expires_on"]?.int
    else {
      throw CredentialError(
        .unusable, source: name, detail: "expected accessToken and expires_on, found another answer",
        remedy: "use version 2.54 of Azure's command line or later")
    }
    return Expiring(
      BearerToken(Secret(token)), expiration: UnixTime(seconds: Int64(moment)), source: "`az login`")
  }
}
