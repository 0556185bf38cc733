import BinaryIO

/// The shared files of AWS's tools: profiles, sign-on sessions, regions, endpoints.
public struct AWSConfiguration: Sendable {
  /// Profiles of the credentials file.
  let credentials: [String: [String: String]]
  /// Profiles of the config file.
  let config: [String: [String: String]]
  private let signOnSessions: [String: [String: String]]
  private let services: [String: [String: String]]
  private let environment: EnvironmentVariables
  private let paths: [String]

  /// Reads both files where `AWS_SHARED_CREDENTIALS_FILE` and `AWS_CONFIG_FILE` say, else in `~/.aws`. Absent
  /// files are empty ones. Blocks on the file system.
  /// - Throws: ``CredentialError`` `.unusable` for a file that can't be read or has more than 1 MiB.
  public init(_ environment: EnvironmentVariables = .process) throws(CredentialError) {
    let home = environment["HOME"] ?? "/"
    func path(_ variable: String, _ name: String) -> String {
      guard let path = environment[variable] else { return home + "/.aws/" + name }
      return path.hasPrefix("~/") ? home + path.dropFirst() : path
    }
    let paths = [path("AWS_SHARED_CREDENTIALS_FILE", "credentials"), path("AWS_CONFIG_FILE", "config")]
    self.paths = paths
    self.environment = environment
    credentials = try Self.read(paths[0]).sections
    let sections = try Self.read(paths[1]).sections
    config = Self.named("profile", in: sections).merging(
      sections["default"].map { ["default": $0] } ?? [:]) { $1 }
    signOnSessions = Self.named("sso-session", in: sections)
    services = Self.named("services", in: sections)
  }

  /// The profile that the environment asks for; nil when it asks for none.
  static func askedProfile(_ environment: EnvironmentVariables) -> String? {
    // In botocore's order.
    environment["AWS_DEFAULT_PROFILE"] ?? environment["AWS_PROFILE"]
  }

  /// The profile that the environment asks for, else `default`.
  public static func profileName(_ environment: EnvironmentVariables) -> String {
    askedProfile(environment) ?? "default"
  }

  /// The files that were read.
  var places: String { paths.joined(separator: " and ") }

  /// Whether either file names the profile.
  func isNamed(_ profile: String) -> Bool { credentials[profile] != nil || config[profile] != nil }

  /// The profile's settings; those of the credentials file win.
  func profile(_ name: String) -> [String: String] {
    (config[name] ?? [:]).merging(credentials[name] ?? [:]) { _, own in own }
  }

  /// The settings of `[sso-session NAME]`.
  func signOnSession(_ name: String) -> [String: String]? { signOnSessions[name] }

  /// `AWS_DEFAULT_REGION`, `AWS_REGION`, or the profile's region; nil where none is set.
  public func region(profile name: String? = nil) -> String? {
    environment["AWS_DEFAULT_REGION"] ?? environment["AWS_REGION"]
      ?? profile(name ?? Self.profileName(environment))["region"]
  }

  /// The endpoint of a service: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile's `services`
  /// section, its `endpoint_url`; nil where none is set, or `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true`.
  public func endpoint(of service: String, profile name: String? = nil) -> String? {
    if environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.lowercased() == "true" { return nil }
    if let own = environment["AWS_ENDPOINT_URL_\(service.uppercased())"] { return own }
    if let general = environment["AWS_ENDPOINT_URL"] { return general }
    let settings = profile(name ?? Self.profileName(environment))
    let own = settings["services"].flatMap { services[$0]?["\(service).endpoint_url"] }
    return own ?? settings["endpoint_url"]
  }

  /// A setting of the profile; one within another is written with a point, as in `s3.addressing_style`.
  public func setting(_ name: String, profile: String? = nil) -> String? {
    self.profile(profile ?? Self.profileName(environment))[name]
  }

  /// The sections `[KIND NAME]`, by name, which may stand in quotes.
  private static func named(
    _ kind: String, in sections: [String: [String: String]]
  ) -> [String: [String: String]] {
    var found: [String: [String: String]] = [:]
    for (title, values) in sections where title.hasPrefix(kind) {
      if let words = try? ShellWords.split(title), words.count == 2 { found[words[1]] = values }
    }
    return found
  }

  private static func read(_ path: String) throws(CredentialError) -> INIFile {
    do throws(FileError) {
      guard try FileSystem.status(of: path) != nil else { return INIFile() }
      return INIFile(try FileSystem.readAll(path, limit: .megabytes(1)))
    } catch {
      throw CredentialError(
        .unusable, source: path, detail: "expected \(error.expected), found \(error.found)",
        remedy: error.remedy)
    }
  }
}
