import ArgumentParser
import PythonJSON
import Streaming

/// `streaming bench access`: single samples at random, beside a bare copy.
struct BenchAccessVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "access",
    abstract: "Measure random access to single samples beside a bare copy of the same bytes.",
    discussion: """
      Every shard is opened first. Best of three rounds over the same random samples, on one thread.

      EXAMPLE
        streaming bench access data/train --count 100000
      """)

  @Argument(help: "A directory or URL with an index.json.", completion: .directory)
  var dataset: String

  @Option(name: .long, help: "Samples to look at.")
  var count = 100_000

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard count >= 1 else { throw ValidationError("--count: expected 1 or more, found \(count).") }
  }

  func run() async throws {
    let benchmark = AccessBenchmark(count: count)
    let result = try await withTemporaryCache(for: dataset) { try await benchmark.run($0) }
    if json { print(result.json.line) } else { result.lines.forEach { print($0) } }
  }
}
