import CloudAuth
import ObjectStorage

/// What the settings files of a service's own tools say.
struct S3ProviderProfile: Sendable {
  var region: String?
  var endpoint: String?
  /// Oracle's namespace.
  var namespace: String?
  /// Alibaba's keys.
  var keys: (id: String, secret: String, token: String?)?
  /// Whether there is a key of Oracle's own protocol, which S3's has no use for.
  var hasSigningKey = false
  /// Where all this is from; nil where there was nothing.
  var source: String?

  /// Where ``read(_:_:)`` looks, in words.
  static func place(of provider: S3Provider) -> String? {
    switch provider {
    case .oci: "~/.oci/config"
    case .oss: "~/.ossutilconfig"
    case .r2, .gcs: nil
    }
  }

  /// Reads the files that the environment names, or those at the usual places: Oracle's `config` and `oci_cli_rc`,
  /// Alibaba's `.ossutilconfig` of both versions of its tool.
  /// - Throws: `.unusable` for a file that can't be read, and for a profile that was asked for and is not there.
  static func read(
    _ provider: S3Provider, _ environment: EnvironmentVariables
  ) async throws(CredentialError) -> S3ProviderProfile {
    var found = S3ProviderProfile()
    switch provider {
    case .oci:
      let asked = environment["OCI_CLI_PROFILE"] ?? environment["OCI_CONFIG_PROFILE"]
      let path = environment["OCI_CONFIG_FILE"] ?? environment["OCI_CLI_CONFIG_FILE"] ?? "~/.oci/config"
      let config = try await ToolProfile.read(asked, usual: ["DEFAULT"], inheriting: "DEFAULT", of: path, environment)
      // The command line's defaults: the one file that Oracle's tools keep a namespace in.
      let defaults = try await ToolProfile.read(
        nil, usual: [asked ?? "DEFAULT", "DEFAULT"], inheriting: "DEFAULT",
        of: environment["OCI_CLI_RC_FILE"] ?? "~/.oci/oci_cli_rc", environment)
      found.region = config?["region"]
      found.namespace = config?["namespace"] ?? defaults?["namespace"] ?? defaults?["os.namespace"]
      found.hasSigningKey = config?["key_file"] != nil || config?["security_token_file"] != nil
      found.source = config?.source
    case .oss:
      let config = try await ToolProfile.read(
        environment["OSSUTIL_PROFILE"], usual: ["default", "Credentials"],
        of: environment["OSSUTIL_CONFIG_FILE"] ?? "~/.ossutilconfig", environment)
      found.region = config?["region"]
      found.endpoint = config?["endpoint"]
      if let id = config?["accesskeyid"], let secret = config?["accesskeysecret"] {
        found.keys = (id, secret, config?["ststoken"])
      }
      found.source = config?.source
    case .r2, .gcs: break
    }
    return found
  }
}
