import ArgumentParser
import PythonJSON
import Streaming

/// `streaming bench device`: what bringing batches to a device costs, and what of it is hidden.
struct BenchDeviceVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device",
    abstract: "Measure copies to a device and how much of loading and copying hides behind compute.",
    discussion: """
      A loader is timed alone, copies of a batch's size are timed alone, then steps of --compute-ms over batches on \
      the device. The ideal step takes as long as the slowest of the three. Compute is simulated by waiting.

      EXAMPLE
        streaming bench device data/train --device auto --compute-ms 5
      """)

  @Argument(help: "A directory or URL with an index.json.", completion: .directory)
  var dataset: String

  @Option(name: .long, help: "auto, host, cuda or cuda:N.")
  var device = "auto"

  @Option(name: .long, help: "The length of a step's compute in milliseconds.")
  var computeMs = 5.0

  @Option(name: .long, help: "Batches on the device at once.")
  var inFlight = 3

  @Option(name: .long, help: "Samples per batch.")
  var batchSize = 256

  @Option(name: .long, help: "Batches to measure, of one epoch.")
  var batches = 200

  @Option(
    name: .long,
    help: "The cache directory; without it a directory is read in place and a URL through one that is deleted.")
  var local: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard DeviceChoice(device) != nil else {
      throw ValidationError("--device: expected auto, host, cuda or cuda:N, found \(device).")
    }
    guard computeMs >= 0, computeMs <= 60_000 else {
      throw ValidationError("--compute-ms: expected 0 to 60000, found \(computeMs).")
    }
    for (name, value) in [("--in-flight", inFlight), ("--batch-size", batchSize), ("--batches", batches)] {
      guard value >= 1 else { throw ValidationError("\(name): expected 1 or more, found \(value).") }
    }
  }

  func run() async throws {
    let chosen = try (DeviceChoice(device) ?? .auto).open()
    let benchmark = DeviceBenchmark(
      batchSize: batchSize, batchLimit: batches, compute: .microseconds(Int64(computeMs * 1000)), inFlight: inFlight)
    let result: DeviceResult
    if let local {
      result = try await benchmark.run(DataStream(remote: dataset, local: local), on: chosen)
    } else {
      result = try await withTemporaryCache(for: dataset) { try await benchmark.run($0, on: chosen) }
    }
    if json { print(result.json.line) } else { result.lines.forEach { print($0) } }
  }
}
