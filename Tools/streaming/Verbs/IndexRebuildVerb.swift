import ArgumentParser
import Streaming

/// `streaming index rebuild`: a lost index from the shards alone.
struct IndexRebuildVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild",
    abstract: "Make a lost index.json again from the shards alone.",
    discussion: """
      Shards carry their columns and options, so the index comes out as it was. Reads and checks every shard below the \
      directory; compressed ones are decompressed for it, which leaves nothing behind. Shards that are missing at the \
      end cannot be noticed: compare the number of samples.

      EXAMPLE
        streaming index rebuild data/train --hashes sha1,xxh64
      """)

  @Argument(help: "The directory with the shards.", completion: .directory)
  var directory: String
  @Option(
    help: ArgumentHelp(
      "Hashes for the index, in order of their names, or none; by default those that the shards name.",
      valueName: "name,…"))
  var hashes: String?
  @Option(help: "Shards read at a time; the processors when not given.")
  var jobs: Int?
  @Flag(help: "Go on where numbers are missing between shards; their samples are lost.")
  var allowGaps = false
  @Flag(help: "Replace the index that is there.")
  var replace = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs: expected 1 or more, found \(jobs).") }
  }

  func run() async throws {
    var options = RebuildOptions()
    options.hashes = try hashes.map {
      try HashAlgorithm.list(
        parsing: $0 == "none" ? [] : $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    }
    options.allowsGaps = allowGaps
    options.replaceExisting = replace
    options.concurrentShards = jobs ?? processorCount()
    let path = directory
    let chosen = options
    let progress = ProgressLine("reading \(path)")
    let index = try await withFlagNames {
      try await rebuildIndex(in: path, options: chosen) { progress.show($0, of: $1) }
    }
    progress.finish()
    printSummary(of: index, at: path)
  }
}
