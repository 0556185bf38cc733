import ArgumentParser
import BinaryIO
import Foundation
import PythonJSON
import SampleOrder
import ShardFormats

/// `streaming order`: the samples of an epoch, dealt to nodes, ranks and workers.
struct OrderVerb: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "order",
    abstract: "Print or write the order of samples of an epoch, without any data.",
    discussion: """
      Without --out a table; with it the sample ids of shape (nodes, ranks per node, workers per rank, batches per \
      worker, batch size) in C order, as little-endian 64-bit integers, -1 as padding. Defaults are upstream's: no \
      shuffling unless --algo names an algorithm. Several --shard-sizes or --index are several streams.

      EXAMPLE
        streaming order --shard-sizes 100,80,120 --algo py1e --ranks 2 --workers 2 \\
          --batch-size 8
        streaming order --index data/index.json --algo py1e --batch-size 256 --epoch 3 --step 41
      """)

  @Option(help: ArgumentHelp("Samples of each shard of a stream: 100,80 or 100x25 for equal ones.", valueName: "A,B,…"))
  var shardSizes: [String] = []
  @Option(help: ArgumentHelp("The index of a stream.", valueName: "file"), completion: .file())
  var index: [String] = []
  @OptionGroup var shuffling: ShufflingOptions
  @OptionGroup var placing: PlacingOptions
  @OptionGroup var mixing: MixingOptions
  @Option(help: ArgumentHelp("A state to resume from: a JSON file, or the JSON itself.", valueName: "json"))
  var state: String?
  @Flag(help: "Print the fingerprint of the order instead: equal where the order of global batches is.")
  var fingerprint = false
  @Flag(help: "Resume although the state is from a run with other settings.")
  var ignoreFingerprint = false
  @Option(help: ArgumentHelp("Print the samples of this step instead, with stream, shard and row.", valueName: "n"))
  var step: Int?
  @Option(help: ArgumentHelp("Print the steps that use this sample instead.", valueName: "id"))
  var sample: Int?
  @Option(help: ArgumentHelp("Write the ids to this file.", valueName: "file"), completion: .file())
  var out: String?

  func run() throws {
    do {
      let plan = try makePlan()
      if fingerprint { return printFingerprint(of: plan) }
      if let step { return try ProvenanceTable(plan: plan).printSamples(ofStep: step) }
      if let sample { return try ProvenanceTable(plan: plan).printSteps(ofSample: sample) }
      if let out { try OrderFile(plan: plan, path: out).write() } else { OrderTable(plan: plan).printRows() }
    } catch let error as ConfigurationError {
      throw CommandError(.configuration, error.description)
    }
  }

  /// The fingerprint, and then what it is made of, which a state keeps.
  private func printFingerprint(of plan: EpochPlan) {
    print(plan.fingerprint.hex)
    for field in plan.fingerprint.fields { print("  \(field.name) \(field.value)") }
  }

  private func makePlan() throws -> EpochPlan {
    let streams = try shardSizes.map { (sizes: try parseSizes($0), contentHash: nil) } + index.map(readIndex)
    let weights = try mixing.weights(count: streams.count)
    let shape = try DatasetShape(
      zip(streams, weights).map { try StreamShape(shardSizes: $0.sizes, weight: $1, contentHash: $0.contentHash) })
    var options = OrderOptions(batchSize: placing.batchSize)
    try shuffling.apply(to: &options)
    try placing.apply(to: &options)
    try mixing.apply(to: &options)
    let world = try placing.world()
    guard let state else {
      return try EpochPlan(
        shape: shape, options: options, world: world,
        from: EpochPosition(
          epoch: shuffling.epoch, sampleInEpoch: placing.dropFirst, initialNodes: placing.initialNodes))
    }
    var run = try RunOrder(shape: shape, options: options, world: world)
    run.load(try CheckpointState(json: try stateText(state)))
    return try run.nextPlan()
  }

  private func stateText(_ text: String) throws -> String {
    if text.hasPrefix("{") { return text }
    return String(decoding: try FileSystem.readAll(text, limit: .megabytes(1)), as: UTF8.self)
  }

  private func parseSizes(_ text: String) throws -> [Int] {
    try text.split(separator: ",").flatMap { part -> [Int] in
      let factors = part.split(separator: "x", maxSplits: 1, omittingEmptySubsequences: false)
      let count = factors.count == 2 ? Int(factors[1]) : 1
      guard let size = factors.first.flatMap({ Int($0) }), let count, (0...1 << 26).contains(count) else {
        throw CommandError(
          .usage, "--shard-sizes: expected numbers such as 100,80 or 100x25, found `\(part)`.\nGive one number per shard.")
      }
      return [Int](repeating: size, count: count)
    }
  }

  /// The samples of each shard, also of an index that only a reader with encodings of its own can use as a whole.
  private func readIndex(_ path: String) throws -> (sizes: [Int], contentHash: UInt64?) {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.readAll(path)
    } catch {
      throw CommandError(.noInput, "\(error)")
    }
    do {
      guard let shards = try JSONValue(parsing: bytes.span.bytes)["shards"]?.array else {
        throw CommandError(.dataError, "\(path): expected a list `shards`, found none.\nGive an index.json.")
      }
      let sizes = try shards.enumerated().map { number, shard in
        guard let samples = shard["samples"]?.int else {
          throw CommandError(
            .dataError, "\(path), shard \(number): expected a number `samples`, found none.\nGive an index.json.")
        }
        return samples
      }
      return (sizes, (try? DatasetIndex(parsing: bytes.span.bytes, file: path))?.contentHash)
    } catch let error as JSONError {
      throw CommandError(.dataError, "\(path): \(error).\nGive an index.json.")
    }
  }
}
