import Foundation
import TestSupport
import Testing

/// One run of the built `streaming`, to its end.
struct StreamingProcess {
  let status: Int32
  /// The lines of the standard output.
  let lines: [String]
  let errorText: String

  /// Runs `streaming` with these arguments; `environment` is added to this process's own.
  init(_ arguments: String..., environment: [String: String] = [:]) async throws {
    try await self.init(arguments, environment: environment)
  }

  /// - Parameter input: what the standard input gives; through a file, as a full pipe would stop the test.
  init(_ arguments: [String], environment: [String: String] = [:], input: String = "") async throws {
    let outcome = try await withTemporaryDirectory { folder in
      let process = Process()
      process.executableURL = Self.executable
      process.arguments = arguments
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      // Files, not pipes: a full pipe would stop the child.
      for path in [folder + "/out", folder + "/err"] {
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
      }
      process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/out"))
      process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/err"))
      try Data(input.utf8).write(to: URL(fileURLWithPath: folder + "/in"))
      process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder + "/in"))
      // Suspends instead of blocking: other tests need the few threads that tasks run on.
      try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
        process.terminationHandler = { _ in ended.resume() }
        do { try process.run() } catch { ended.resume(throwing: error) }
      }
      #expect(process.terminationReason == .exit, "streaming \(arguments) died of a signal")
      return (
        process.terminationStatus, try String(contentsOfFile: folder + "/out", encoding: .utf8),
        try String(contentsOfFile: folder + "/err", encoding: .utf8)
      )
    }
    status = outcome.0
    lines = outcome.1.split(separator: "\n").map(String.init)
    errorText = outcome.2
  }

  /// Beside the tests, where the package manager builds all products.
  static let executable = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appendingPathComponent("streaming")

  /// Whether the error is at most two lines and names this.
  func expectError(naming what: String, sourceLocation: SourceLocation = #_sourceLocation) {
    let lines = errorText.split(separator: "\n")
    #expect((1...2).contains(lines.count), "\(errorText)", sourceLocation: sourceLocation)
    #expect(errorText.hasPrefix("streaming: "), "\(errorText)", sourceLocation: sourceLocation)
    #expect(errorText.contains(what), "\(errorText)", sourceLocation: sourceLocation)
  }
}

/// A copy of a case of the repository's golden data, deleted afterwards.
func withGoldenCopy<R>(_ name: String, _ body: (_ path: String) async throws -> R) async throws -> R {
  try await withTemporaryDirectory { folder in
    let path = folder + "/copy"
    try FileManager.default.copyItem(
      atPath: Golden.repositoryRoot + "/IntegrationTests/golden/" + name, toPath: path)
    return try await body(path)
  }
}

/// Changes one byte of a file.
func flipByte(of path: String, at offset: Int) throws {
  var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
  bytes[offset] ^= 1
  try bytes.write(to: URL(fileURLWithPath: path))
}
