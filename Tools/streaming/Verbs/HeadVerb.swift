import ArgumentParser
import PythonJSON
import Streaming

/// `streaming head`: samples as JSON lines.
struct HeadVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "head",
    abstract: "Print samples as JSON lines.",
    discussion: """
      Bytes are base64; arrays are objects of dtype, shape and base64; images of mode, size and base64. Without --json \
      long values are cut. Only the shards that hold the samples are fetched.

      EXAMPLE
        streaming head s3://bucket/digits/train --from 100 --count 3
      """)

  @Argument(help: "A directory or URL with an index.json.", completion: .directory)
  var dataset: String

  @Option(name: .long, parsing: .unconditional, help: "The first sample; negative counts from the end.")
  var from = 0

  @Option(name: .long, help: "How many samples.")
  var count = 5

  @Flag(help: "Print whole values, for programs.")
  var json = false

  func validate() throws {
    guard count >= 0 else { throw ValidationError("--count: expected 0 or more, found \(count).") }
  }

  func run() async throws {
    try await withTemporaryCache(for: dataset) { stream in
      let opened = try await StreamingDataset([stream])
      let first = from < 0 ? opened.count + from : from
      guard first >= 0, first <= opened.count else {
        throw CommandError(.usage, "--from \(from): expected a sample of the \(opened.count) in \(dataset).")
      }
      for index in first..<min(opened.count, first + min(count, opened.count)) {
        let values = try await opened.fetchSample(at: index)
        let line = JSONValue.object(
          opened.columns.compactMap { column in values[column.name].map { (column.name, $0.json) } })
        print((json ? line : line.abbreviated).line)
      }
    }
  }
}
