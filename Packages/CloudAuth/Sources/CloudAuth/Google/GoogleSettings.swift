import PythonJSON

/// The members of a credential file, with errors that name what is missing and never what is there.
struct GoogleSettings: Sendable {
  let object: JSONObject
  let path: String
  let source: String

  init(_ object: JSONObject, path: String, source: String) {
    self.object = object
    self.path = path
    self.source = source
  }

  /// A member that must be there.
  func text(_ name: String) throws(CredentialError) -> String {
    guard let text = optional(name) else { throw missing("`\(name)` as a text") }
    return text
  }

  /// A member that may be there.
  func optional(_ name: String) -> String? {
    object[name]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// An object within.
  func inner(_ name: String) throws(CredentialError) -> GoogleSettings {
    guard let inner = object[name]?.object else { throw missing("`\(name)` as an object") }
    return GoogleSettings(inner, path: path, source: source)
  }

  func missing(_ expected: String, found: String = "none") -> CredentialError {
    CredentialError(
      .unusable, source: source, detail: "\(path): expected \(expected), found \(found)",
      remedy: "create the file again with Google's tools")
  }
}
