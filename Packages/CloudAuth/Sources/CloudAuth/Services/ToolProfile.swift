import ObjectStorage

/// A section of a settings file that a service's own tool writes, such as `[DEFAULT]` of `~/.oci/config`.
package struct ToolProfile: Sendable {
  /// Section and file, for messages.
  package let source: String
  private let values: [String: String]

  /// A setting by its name in lower case; nil when it is not there or empty.
  package subscript(setting: String) -> String? { values[setting].flatMap { $0.isEmpty ? nil : $0 } }

  /// Reads a section.
  /// - Parameter asked: the section that somebody asked for by name; nil for the first of `usual` that is there.
  /// - Parameter inherited: a section whose settings count where the other has none.
  /// - Parameter path: a leading `~/` is the home folder of `environment`.
  /// - Returns: nil when nothing was asked for and there is no such file or section.
  /// - Throws: `.unusable` for a file that can't be read, or a section that was asked for and is not there.
  package static func read(
    _ asked: String?, usual: [String], inheriting inherited: String? = nil, of path: String,
    _ environment: EnvironmentVariables
  ) async throws(CredentialError) -> ToolProfile? {
    let home = environment["HOME"] ?? "/"
    let path = path.hasPrefix("~/") ? home + path.dropFirst() : path
    let bytes = try await LocalFile(path: path, source: path).bytes()
    let sections = bytes.map { INIFile($0).sections } ?? [:]
    if let name = (asked.map { [$0] } ?? usual).first(where: { sections[$0] != nil }) {
      let values = (inherited.flatMap { sections[$0] } ?? [:]).merging(sections[name] ?? [:]) { $1 }
      return ToolProfile(source: "[\(name)] of \(path)", values: values)
    }
    guard let asked else { return nil }
    throw CredentialError(
      .unusable, source: path, detail: "expected a section [\(asked)], found \(bytes == nil ? "no file" : "none")",
      remedy: "correct the profile's name, or the path of the file")
  }
}
