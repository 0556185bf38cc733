import Foundation
package import PythonJSON

/// One case: a folder with a `case.json` and the files that it names.
package struct GoldenCase: Sendable {
  /// The section's folder name, such as `formats`.
  package let section: String
  /// The case's folder name, such as `mds-int`.
  package let name: String
  /// The path of the case's folder.
  package let folder: String
  /// The parsed `case.json`.
  package let json: JSONValue

  /// Reads `case.json` of `folder`.
  package init(section: String, name: String, folder: String) throws {
    self.section = section
    self.name = name
    self.folder = folder
    let bytes = try readFile(folder + "/case.json")
    self.json = try JSONValue(parsing: bytes.span.bytes, limits: .default)
  }

  /// The member `key` of the case; throws ``GoldenError`` when it is absent.
  package func member(_ key: String) throws -> JSONValue { try json.member(key) }

  /// The list `checks` of the case.
  package func checks() throws -> [JSONValue] { try json.member("checks").elements() }

  /// The path of a file or folder that the case names, relative to its own folder.
  package func path(_ relative: String) -> String { folder + "/" + relative }

  /// Runs `body` with a copy of the case's subfolder, which is deleted afterwards: for everything that writes in place.
  package func withCopy<R>(of relative: String, _ body: (_ path: String) async throws -> R) async throws -> R
  {
    try await withScratchDirectory { scratch in
      let copy = scratch + "/" + (relative.split(separator: "/").last.map(String.init) ?? "data")
      try FileManager.default.copyItem(atPath: path(relative), toPath: copy)
      try makeWritable(copy)
      return try await body(copy)
    }
  }

  /// Runs `body` with a fresh empty directory, which is deleted afterwards.
  package func withScratchDirectory<R>(_ body: (_ path: String) async throws -> R) async throws -> R {
    let path = NSTemporaryDirectory() + "golden-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
  }
}

/// The golden data itself is not as its README describes it; or a case asks for what the checker does not know.
package struct GoldenError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

/// Reads a whole file.
package func readFile(_ path: String) throws -> [UInt8] {
  [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
}

/// Lists a directory in byte order.
package func listDirectory(_ path: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: path).sorted {
    $0.utf8.lexicographicallyPrecedes($1.utf8)
  }
}

/// Golden data may be read-only; a copy of it may not.
private func makeWritable(_ root: String) throws {
  let files = FileManager.default
  var paths = [root]
  if let below = files.enumerator(atPath: root) {
    for case let path as String in below { paths.append(root + "/" + path) }
  }
  for path in paths {
    let attributes = try files.attributesOfItem(atPath: path)
    guard attributes[.type] as? FileAttributeType != .typeSymbolicLink else { continue }
    let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0o644
    if mode & 0o200 == 0 { try files.setAttributes([.posixPermissions: mode | 0o200], ofItemAtPath: path) }
  }
}
