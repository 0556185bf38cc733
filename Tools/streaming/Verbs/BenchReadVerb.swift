import ArgumentParser
import PythonJSON
import Streaming

/// `streaming bench read`: epochs of a loader beside a bare loop that copies the same rows.
struct BenchReadVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read",
    abstract: "Measure a loader beside a bare loop that copies the same rows in the same order.",
    discussion: """
      Each epoch is timed, then the loop over its rows. Rates are the median epoch's; the ratio is the median of the
      epochs' ratios. At the end all epochs are read once more, untimed, for content_hash: the xxh64 of every column's
      bytes, batch after batch. The loop's bytes must have the same hash. Text shards have no such limit: it is null.
      Each epoch's time is told by what its batches were going through while they were waited for; the advice is for
      the longest epoch.

      EXAMPLE
        streaming bench read s3://bucket/train --local /tmp/cache --shuffle --epochs 3 --json
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

  @Option(name: .long, help: "Epochs to time.")
  var epochs = 1

  @Option(
    name: .long, help: "Write the last epoch as a Chrome trace, for ui.perfetto.dev, to this file.", completion: .file())
  var trace: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard batchSize >= 1 else {
      throw ValidationError("--batch-size: expected 1 or more, found \(batchSize).")
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
    ReadBenchmark(batchSize: batchSize, isShuffled: shuffle, epochCount: epochs)
  }
}
