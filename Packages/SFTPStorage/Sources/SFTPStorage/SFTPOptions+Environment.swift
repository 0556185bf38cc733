import BinaryIO
public import CloudAuth
public import ObjectStorage
import Threading

extension SFTPOptions {
  /// The options that an address, its settings and the environment ask for.
  ///
  /// User and password from the address, as upstream writes it; a key from `credentials_file`,
  /// `COMPOSER_SFTP_KEY_FILE`, else the first of OpenSSH's usual files; keys of the agent. Settings:
  /// `password_file` and `passphrase_file` name files with secrets; `known_hosts` a file of host keys in place of
  /// `COMPOSER_SFTP_KNOWN_HOSTS_FILE` and `~/.ssh/known_hosts`; `host_key_sha256` the digest of the only key that is taken;
  /// `host_key_check` `off` takes any.
  /// - Throws: `.unusableURL`, `.misconfigured`, `.noCredentials`.
  public static func fromEnvironment(
    _ url: StoreURL, _ environment: EnvironmentVariables = .process, _ options: StoreOptions = StoreOptions()
  ) async throws(ObjectStoreError) -> SFTPOptions {
    guard url.query == nil, !url.host.isEmpty, !url.path.hasPrefix("~") else {
      throw ObjectStoreError(
        .unusableURL, url: url.description, detail: "expected sftp://user@host:port/path from the root on, found another form",
        remedy: "write the whole path, without a query and `~`")
    }
    let search = SFTPSearch(url: url, environment: environment, options: options)
    let (credential, sources) = try await search.credential()
    var settings = SFTPOptions(
      host: url.host, port: url.port ?? 22, hostKeys: try search.hostKeys(), credential: credential)
    settings.sources = sources
    guard !credential.isEmpty else {
      throw ObjectStoreError(
        .noCredentials, url: url.description,
        detail: "expected a key, an agent or a password, found none in \(sources.map(\.name).joined(separator: ", "))",
        remedy: "set COMPOSER_SFTP_KEY_FILE, or credentials_file in the store's settings")
    }
    return settings
  }
}

/// Looks for what an address needs.
struct SFTPSearch: Sendable {
  let url: StoreURL
  let environment: EnvironmentVariables
  let options: StoreOptions

  func hostKeys() throws(ObjectStoreError) -> SFTPOptions.HostKeys {
    if let digest = options.settings["host_key_sha256"] {
      return .digest(digest.hasPrefix("SHA256:") ? String(digest.dropFirst(7)) : digest)
    }
    switch options.settings["host_key_check"] {
    case nil, "on": break
    case "off": return .any
    default: throw misconfigured("host_key_check: expected on or off, found another word", "write on or off")
    }
    if let file = options.settings["known_hosts"] ?? environment["COMPOSER_SFTP_KNOWN_HOSTS_FILE"] {
      return .known(file: file)
    }
    return .known(file: (environment["HOME"] ?? "") + "/.ssh/known_hosts")
  }

  /// What to offer, and where each part was looked for.
  func credential() async throws(ObjectStoreError) -> (SFTPCredential, [StoreDiagnosis.Source]) {
    switch options.identity {
    case .credential(let given):
      guard let credential = given as? SFTPCredential else {
        throw misconfigured("expected an SFTPCredential, found another service's", "give stores of SFTP an SFTPCredential")
      }
      return (credential, [.init(name: "settings", found: "user \(credential.user)", isUsed: true)])
    case .anonymous, .profile:
      throw misconfigured("expected a user of the server, found anonymous access or a profile", "name a key with credentials_file")
    case .file, nil: break
    }
    var sources: [StoreDiagnosis.Source] = []
    func note(_ name: String, _ found: String?) {
      sources.append(.init(name: name, found: found ?? "not set", isUsed: found != nil))
    }
    let (user, password) = try userInfo()
    var credential = SFTPCredential(user: user, password: password)
    note("the address", password == nil ? nil : "user \(user), a password")
    if let secret = try await secret("password_file") { credential.password = secret }
    note("settings (password_file)", options.settings["password_file"])
    credential.passphrase = try await secret("passphrase_file")
    if case .file(let path) = options.identity {
      credential.keyFile = try await present(path, "credentials_file")
      note("settings (credentials_file)", path)
      return (credential, sources)
    }
    if let path = environment["COMPOSER_SFTP_KEY_FILE"] {
      credential.keyFile = try await present(path, "COMPOSER_SFTP_KEY_FILE")
    }
    note("environment (COMPOSER_SFTP_KEY_FILE)", credential.keyFile)
    credential.usesAgent = environment["SSH_AUTH_SOCK"] != nil
    note("the SSH agent (SSH_AUTH_SOCK)", credential.usesAgent ? "an agent" : nil)
    if credential.keyFile == nil, let home = environment["HOME"] {
      for name in ["id_ed25519", "id_ecdsa", "id_rsa"] where credential.keyFile == nil {
        let path = home + "/.ssh/" + name
        if await exists(path) { credential.keyFile = path }
      }
      note("OpenSSH's keys (~/.ssh/id_…)", credential.keyFile)
    }
    return (credential, sources)
  }

  private func userInfo() throws(ObjectStoreError) -> (user: String, password: Secret?) {
    let parts = (url.userInfo ?? "").split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = StoreURL.percentDecoded(parts.first ?? ""),
      let password = StoreURL.percentDecoded(parts.count > 1 ? parts[1] : "")
    else {
      throw ObjectStoreError(
        .unusableURL, url: url.description, detail: "expected a percent-encoded user and password, found others",
        remedy: "write @, : and / in them as %40, %3A and %2F")
    }
    guard let name = user.isEmpty ? environment["USER"] ?? environment["LOGNAME"] : user else {
      throw misconfigured("expected a user, found none in the address and in USER", "write sftp://user@host/path")
    }
    return (name, password.isEmpty ? nil : Secret(password))
  }

  /// A file's first line.
  private func secret(_ setting: String) async throws(ObjectStoreError) -> Secret? {
    guard let path = options.settings[setting] else { return nil }
    let result = await BlockingPool.shared.run { () -> Result<[UInt8], FileError> in
      do throws(FileError) { return .success(try FileSystem.readAll(path, limit: .kilobytes(64))) } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let bytes):
      let line = Array(bytes.prefix { $0 != 0x0A && $0 != 0x0D })
      return Secret(bytes: line.span.bytes)
    case .failure(let error):
      throw misconfigured("\(setting): expected \(error.expected), found \(error.found)", "check the path and its permissions")
    }
  }

  private func present(_ path: String, _ setting: String) async throws(ObjectStoreError) -> String {
    guard await exists(path) else {
      throw misconfigured("\(setting): expected a private key in \(path), found no such file", "check the path")
    }
    return path
  }

  private func exists(_ path: String) async -> Bool {
    await BlockingPool.shared.run { ((try? FileSystem.status(of: path)) ?? nil) != nil }
  }

  private func misconfigured(_ detail: String, _ remedy: String) -> ObjectStoreError {
    ObjectStoreError(.misconfigured, url: url.description, detail: detail, remedy: remedy)
  }
}
