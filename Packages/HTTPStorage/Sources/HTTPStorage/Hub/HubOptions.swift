import BinaryIO
public import CloudAuth
public import HTTPTransport
public import ObjectStorage
import Threading

/// Where the Hub is and who asks.
public struct HubOptions: Sendable {
  /// The Hub's address.
  public var endpoint: HTTPURL
  /// An access token; nil for public repositories.
  public var token: Secret?
  /// Where the token was found, in words.
  public var tokenSource: String

  /// Makes options.
  public init(endpoint: HTTPURL, token: Secret? = nil, tokenSource: String = "settings") {
    self.endpoint = endpoint
    self.token = token
    self.tokenSource = token == nil ? "no token" : tokenSource
  }

  /// The options that environment and files ask for, as the Hub's own tools read them: `HF_ENDPOINT`;
  /// `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, the file that `HF_TOKEN_PATH` names, `$HF_HOME/token`,
  /// `~/.cache/huggingface/token`.
  /// - Throws: `.unusableURL` for the endpoint; `.localFile` for a token's file that can't be read.
  public static func fromEnvironment(
    _ environment: EnvironmentVariables = .process, _ options: StoreOptions = StoreOptions()
  ) async throws(ObjectStoreError) -> HubOptions {
    let endpoint = try HTTPURL(
      parsing: options.endpoint ?? environment["HF_ENDPOINT"] ?? "https://huggingface.co")
    if case .anonymous = options.identity { return HubOptions(endpoint: endpoint) }
    for name in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
      if let text = environment[name].map(trimmed), !text.isEmpty {
        return HubOptions(endpoint: endpoint, token: Secret(text), tokenSource: "environment (\(name))")
      }
    }
    var path: String?
    if case .file(let given) = options.identity { path = given }
    guard let path = path ?? tokenPath(environment) else { return HubOptions(endpoint: endpoint) }
    let text = try await BlockingPool.shared.run { () throws(ObjectStoreError) in try read(path) }
    guard let text, !text.isEmpty else { return HubOptions(endpoint: endpoint) }
    return HubOptions(endpoint: endpoint, token: Secret(text), tokenSource: path)
  }

  private static func tokenPath(_ environment: EnvironmentVariables) -> String? {
    if let path = environment["HF_TOKEN_PATH"] { return path }
    if let home = environment["HF_HOME"] { return home + "/token" }
    let cache = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { $0 + "/.cache" }
    return cache.map { $0 + "/huggingface/token" }
  }

  private static func read(_ path: String) throws(ObjectStoreError) -> String? {
    do throws(FileError) {
      guard let status = try FileSystem.status(of: path), status.kind == .file else { return nil }
      guard status.byteCount <= 64 << 10 else { return nil }
      return trimmed(String(decoding: try FileSystem.readAll(path), as: UTF8.self))
    } catch {
      throw ObjectStoreError(sinkOrSource: error)
    }
  }
}

private func trimmed(_ text: String) -> String {
  let rest = text.drop { $0.isWhitespace }
  guard let last = rest.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(rest[...last])
}
