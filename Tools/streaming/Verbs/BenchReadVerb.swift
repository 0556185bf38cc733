import ArgumentParser
import PythonJSON
import Streaming

/// `streaming bench read`: epochs of a loader beside a bare loop that copies the same rows.
struct BenchReadVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Measure a loader beside a bare loop that copies the same rows in the same order.",
    discussion: """
      Each epoch is timed, then the loop over its rows. Rates are the median epoch's; the ratio is the median of the \
      epochs' ratios. At the end all epochs are read once more, untimed, for content_hash: the xxh64 of every column's \
      bytes, batch after batch. The loop's bytes must have the same hash. Text shards have no such limit: it is null. \
      Each epoch's time is told by what its batches were going through while they were waited for; the advice is for \
      the longest epoch.

      EXAMPLE
        streaming bench read s3://bucket/train --local /tmp/cache --shuffle \\
          --epochs 3 --json
      """)

  @Argument(help: "A directory or URL with an index.json.", completion: .directory)
  var dataset: String

  @Option(
    name: .long,
    help:
      "The cache directory; without it a directory is read in place and a URL through one that is deleted.")
  var local: String?

  @Flag(help: "Shuffle with py1e.")
  var shuffle = false

  @Option(name: .long, help: "Samples per batch.")
  var batchSize = 256

  @Option(name: .long, help: "Loader threads, and as many of the loop; without it the processors, at most 4.")
  var threads: Int?

  @Option(name: .long, help: "Epochs to time.")
  var epochs = 1

  @Flag(help: "Neither the loop nor the hash: epochs one right after another, and what the process takes for them.")
  var loaderOnly = false

  @Option(name: .long, help: "With --loader-only: leave each epoch after so many batches.")
  var batches: Int?

  @Option(name: .long, help: "With --loader-only: begin the first epoch after so many samples.")
  var resumeAt = 0

  @Option(
    name: .long, help: "Write the last epoch as a Chrome trace, for ui.perfetto.dev, to this file.", completion: .file())
  var trace: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard batchSize >= 1 else {
      throw ValidationError("--batch-size: expected 1 or more, found \(batchSize).")
    }
    guard threads.map({ $0 >= 1 }) ?? true else { throw ValidationError("--threads: expected 1 or more, found \(threads ?? 0).") }
    guard loaderOnly || batches == nil && resumeAt == 0 else {
      throw ValidationError("--batches and --resume-at: expected with --loader-only, found without it.")
    }
    guard batches.map({ $0 >= 1 }) ?? true, resumeAt >= 0 else {
      throw ValidationError("--batches and --resume-at: expected 1 and 0 or more.")
    }
    guard epochs >= 1 else { throw ValidationError("--epochs: expected 1 or more, found \(epochs).") }
  }

  func run() async throws {
    let result: ReadResult
    if let local {
      result = try await benchmark.run(DataStream(remote: dataset, local: local))
    } else {
      result = try await withTemporaryCache(for: dataset) { try await benchmark.run($0) }
    }
    if let trace, let last = result.stalls.last {
      let text = Array(last.chromeTrace.utf8)
      try FileSystem.write(text.span.bytes, to: trace)
    }
    if json { print(result.json.line) } else { result.lines.forEach { print($0) } }
  }

  private var benchmark: ReadBenchmark {
    ReadBenchmark(batchSize: batchSize, isShuffled: shuffle, epochCount: epochs, threadCount: threads, isLoaderOnly: loaderOnly,
      batchLimit: batches, firstSample: resumeAt)
  }
}
