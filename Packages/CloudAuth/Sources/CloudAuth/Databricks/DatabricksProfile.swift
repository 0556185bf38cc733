import ObjectStorage

/// A section of the file that Databricks' own tools write, `~/.databrickscfg`.
package struct DatabricksProfile: Sendable {
  /// The section's name.
  package let name: String
  /// The file.
  package let path: String
  private let values: [String: String]

  /// A setting, such as `host`; nil when it is not there or empty.
  package subscript(setting: String) -> String? { values[setting].flatMap { $0.isEmpty ? nil : $0 } }

  /// Reads the section that is asked for, else `DATABRICKS_CONFIG_PROFILE`, else `DEFAULT`, of
  /// `DATABRICKS_CONFIG_FILE`, else the usual file.
  /// - Returns: nil when nothing was asked for and there is no such file or section.
  /// - Throws: `.unusable` when what was asked for is not there.
  package static func read(
    _ profile: String? = nil, _ environment: EnvironmentVariables
  ) async throws(CredentialError) -> DatabricksProfile? {
    let asked = profile ?? environment["DATABRICKS_CONFIG_PROFILE"]
    guard let path = environment["DATABRICKS_CONFIG_FILE"] ?? environment["HOME"].map({ $0 + "/.databrickscfg" }) else {
      return nil
    }
    let source = "profile \(asked ?? "DEFAULT") in \(path)"
    let bytes = try await LocalFile(path: path, source: source).bytes()
    let values = bytes.flatMap { INIFile($0).sections[asked ?? "DEFAULT"] }
    if let values { return DatabricksProfile(name: asked ?? "DEFAULT", path: path, values: values) }
    guard let asked else { return nil }
    throw CredentialError(
      .unusable, source: source, detail: "expected a section [\(asked)], found \(bytes == nil ? "no file" : "none")",
      remedy: "run `databricks auth login --profile \(asked)`, or check DATABRICKS_CONFIG_PROFILE")
  }
}
