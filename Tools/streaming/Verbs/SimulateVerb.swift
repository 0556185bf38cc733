import ArgumentParser
import CachePlanning
import PythonJSON
import Streaming
import StreamingSimulation

/// `streaming simulate`: what a run would wait and download, from indexes alone.
struct SimulateVerb: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Tell how long a run would wait for shards and what it would download, without data.",
    discussion: """
      Reads each stream's index.json and nothing else. Every node's link carries one shard after another.

      EXAMPLE
        streaming simulate s3://bucket/train --algo py1e --nodes 4 --ranks 8 --batch-size 32 \\
          --bandwidth 500mb --step-time 0.25 --cache-limit 200gb --epochs 2
      """)

  @Argument(help: "The streams: directories or URLs with an index.json.", completion: .directory)
  var dataset: [String]
  @OptionGroup var shuffling: ShufflingOptions
  @OptionGroup var placing: PlacingOptions
  @OptionGroup var mixing: MixingOptions
  @Option(help: ArgumentHelp("Bytes per second of a node's link, such as 500mb.", valueName: "bytes"))
  var bandwidth: String
  @Option(help: ArgumentHelp("Seconds of a step once its batch is there.", valueName: "seconds"))
  var stepTime: Double
  @Option(help: ArgumentHelp("Bytes of shards that a node keeps, such as 200gb; without it all.", valueName: "bytes"))
  var cacheLimit: String?
  @Option(help: ArgumentHelp("Which shard goes: clairvoyant or leastRecentlyUsed.", valueName: "name"))
  var eviction = EvictionPolicy.clairvoyant.rawValue
  @Option(help: ArgumentHelp("Samples of a rank to fetch ahead; default 8 batches, at least 64.", valueName: "n"))
  var predownload: Int?
  @Option(help: ArgumentHelp("Epochs to go through.", valueName: "n"))
  var epochs = 2
  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard !dataset.isEmpty, epochs >= 1 else { throw ValidationError("expected a data set and at least one epoch.") }
    guard EvictionPolicy(rawValue: eviction) != nil else {
      throw ValidationError("--eviction: expected clairvoyant or leastRecentlyUsed, found \(eviction).")
    }
    _ = try ByteCount(parsing: bandwidth)
    _ = try cacheLimit.map { try ByteCount(parsing: $0) }
  }

  func run() async throws {
    do {
      try await report()
    } catch let error as ConfigurationError {
      throw CommandError(.configuration, error.description)
    }
  }

  private func report() async throws {
    var (shapes, raw, stored) = ([StreamShape](), [Int](), [Int]())
    let weights = try mixing.weights(count: dataset.count)
    for (address, weight) in zip(dataset, weights) {
      let index = try await DatasetFiles.open(address).index()
      shapes.append(try StreamShape(shardSizes: index.sampleCounts, weight: weight))
      raw += index.shards.indices.map { index.shards.rawByteCount(of: $0) }
      stored += index.shards.indices.map { index.shards.storedByteCount(of: $0) }
    }
    var options = OrderOptions(batchSize: placing.batchSize)
    try shuffling.apply(to: &options)
    try placing.apply(to: &options)
    try mixing.apply(to: &options)
    let (shape, world) = (try DatasetShape(shapes), try placing.world())
    let machines = try SimulatedMachines(
      bytesPerSecond: Double(try ByteCount(parsing: bandwidth).value), stepTime: stepTime,
      cacheLimit: try cacheLimit.map { try ByteCount(parsing: $0).value },
      policy: EvictionPolicy(rawValue: eviction) ?? .clairvoyant, predownload: predownload)
    var run = try RunSimulation(
      shape: shape, options: options, world: world, rawByteCounts: raw, storedByteCounts: stored, machines: machines)
    let least = try run.leastCacheLimit()
    let quality = ShuffleQuality(of: try EpochPlan(shape: shape, options: options, world: world))
    let outcomes = try (0..<epochs).map { _ in try run.nextEpoch() }
    if json { return print(object(outcomes, least, quality).line) }
    print("least cache     \(ByteCount(least)) a node")
    print("shuffle quality \(rounded(quality.score)) bits (samples \(rounded(quality.samples)), shards \(rounded(quality.shards)))")
    for epoch in outcomes {
      print(
        """
        epoch \(epoch.epoch)         \(rounded(epoch.duration)) s, \(rounded(epoch.waiting)) s of it waiting, first batch after \
        \(rounded(epoch.firstBatch)) s; \(epoch.stepCount) steps, \(Int(epoch.samplesPerSecond)) samples/s; \
        \(ByteCount(epoch.downloadedByteCount)) in \(epoch.downloadCount) downloads
        """)
    }
  }

  private func object(_ outcomes: [SimulatedEpoch], _ least: Int, _ quality: ShuffleQuality) -> JSONValue {
    .object([
      ("least_cache_bytes", .integer(least)), ("shuffle_quality", .number(quality.score)),
      ("sample_entropy", .number(quality.samples)), ("shard_entropy", .number(quality.shards)),
      ("epochs", .array(outcomes.map { epoch in
        .object([
          ("epoch", .integer(epoch.epoch)), ("seconds", .number(epoch.duration)), ("waiting_seconds", .number(epoch.waiting)),
          ("first_batch_seconds", .number(epoch.firstBatch)), ("steps", .integer(epoch.stepCount)),
          ("samples_per_second", .number(epoch.samplesPerSecond)), ("downloaded_bytes", .integer(epoch.downloadedByteCount)),
          ("downloads", .integer(epoch.downloadCount)),
        ] as [(String, JSONValue)])
      })),
    ] as [(String, JSONValue)])
  }

  private func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
}
