import DatasetImport
import Foundation
import Streaming

/// Runs `body`; its errors name the command's flags where the packages name options of the API.
func withFlagNames<R>(_ body: () async throws -> R) async throws -> R {
  do {
    return try await body()
  } catch let error as ImportError {
    throw CommandError(ExitStatus(error), flagNames(in: error.description))
  } catch let error as WritingError {
    throw CommandError(ExitStatus(error), flagNames(in: error.description))
  }
}

private func flagNames(in message: String) -> String {
  let flags = [
    ("`replaceExisting`", "--replace"), ("`appends`", "--append"), ("`resumes`", "--resume"),
    ("`allowsPickles`", "--allow-pickles"), ("`allowsOwnCompressions`", "--own-compressions"), ("`allowsGaps`", "--allow-gaps"),
    ("`ArchiveLimits.memberByteCount`", "--member-limit"), ("`ArchiveLimits.expansion`", "--expansion-limit"),
    ("if the file has no header, that it has none", "if the file has no header, --no-header"),
    ("Say which columns", "Say with --columns which columns"),
    ("Choose the hashes yourself", "Choose them with --hashes"),
  ]
  return flags.reduce(message) { $0.replacing($1.0, with: $1.1) }
}

/// Refuses to delete the input: `--replace` empties the output first.
func requireApart(_ inputs: [String], from out: String) throws {
  guard let url = try? StoreURL(parsing: out), url.isLocal else { return }
  for input in inputs where input != "-" {
    guard let source = try? StoreURL(parsing: input), source.isLocal else { continue }
    guard isSameOrInside(source.path, url.path) || isSameOrInside(url.path, source.path) else { continue }
    throw CommandError(
      .usage, "\(out): expected a place apart from the input with --replace, found \(input).\nChoose another output.")
  }
}

private func isSameOrInside(_ path: String, _ folder: String) -> Bool {
  func parts(_ path: String) -> [String] { URL(fileURLWithPath: path).resolvingSymlinksInPath().pathComponents }
  return parts(path).starts(with: parts(folder))
}

/// One line about a data set that was written.
func printSummary(of index: DatasetIndex, at out: String) {
  let stored = ByteCount(index.shards.indices.reduce(0) { $0 + index.shards.storedByteCount(of: $1) })
  print("\(out): \(index.sampleCount) samples in \(index.shards.count) shards, \(stored)")
}
