import BinaryIO
import Foundation

/// Runs `body` with a fresh empty directory, which is deleted afterwards, whatever happens.
package func withTemporaryDirectory<R>(_ body: (_ path: String) throws -> R) throws -> R {
  let path = try makeTemporaryDirectory()
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

/// Runs `body` with a fresh empty directory, which is deleted afterwards, whatever happens.
package func withTemporaryDirectory<R>(
  isolation: isolated (any Actor)? = #isolation, _ body: (_ path: String) async throws -> R
) async throws -> R {
  let path = try makeTemporaryDirectory()
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}

private func makeTemporaryDirectory() throws -> String {
  let path = NSTemporaryDirectory() + "swift-streaming-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  return path
}
