import BinaryIO
import ObjectStorage
import PythonJSON
import Threading

/// A small file that holds settings or a token, read without blocking a task.
struct LocalFile: Sendable {
  let path: String
  /// The source that needs it, for errors.
  let source: String
  var remedy = "check the path and its permissions"

  /// The bytes, at most 1 MiB.
  /// - Returns: nil when there is no such file.
  func bytes() async throws(CredentialError) -> [UInt8]? {
    let (path, source, remedy) = (path, source, remedy)
    return try await BlockingPool.shared.run { () throws(CredentialError) in
      do throws(FileError) {
        guard try FileSystem.status(of: path) != nil else { return nil }
        return try FileSystem.readAll(path, limit: .megabytes(1))
      } catch {
        throw CredentialError(
          .unusable, source: source, detail: "\(path): expected \(error.expected), found \(error.found)",
          remedy: remedy)
      }
    }
  }

  /// The text without blanks at either end: a token.
  /// - Throws: `.unusable` when there is none.
  func token() async throws(CredentialError) -> Secret {
    let bytes = try await bytes() ?? []
    let isBlank = { (byte: UInt8) in byte <= 0x20 }
    var rest = bytes[...].drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    guard !rest.isEmpty, rest.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw CredentialError(
        .unusable, source: source, detail: "\(path): expected a token, found \(rest.isEmpty ? "none" : "other characters")",
        remedy: remedy, retry: .now)
    }
    return Secret(bytes: Array(rest).span.bytes)
  }

  /// The JSON object.
  /// - Returns: nil when there is no such file.
  func object() async throws(CredentialError) -> JSONObject? {
    guard let bytes = try await bytes() else { return nil }
    guard let value = try? JSONValue(parsing: bytes.span.bytes, limits: JSONLimits(depth: 16)), let object = value.object
    else {
      throw CredentialError(
        .unusable, source: source, detail: "\(path): expected a JSON object, found \(bytes.count) bytes of another kind",
        remedy: remedy)
    }
    return object
  }
}
