import ArgumentParser
import SampleOrder

/// The options of `streaming order` about randomness.
struct ShufflingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("none, naive, py1br, py1e, py1s, py2s or feistel.", valueName: "name"))
  var algo = "none"
  @Option(help: ArgumentHelp("The shuffle seed, a non-negative integer of any size.", valueName: "n"))
  var seed = "9176"
  @Option(help: ArgumentHelp("The epoch, from 0.", valueName: "n"))
  var epoch = 0
  @Option(help: ArgumentHelp("Samples over which a shard is spread; default max(4000000 / canonical nodes, 262144).", valueName: "n"))
  var blockSize: Int?

  func apply(to options: inout OrderOptions) throws {
    options.shuffle = try ShuffleAlgorithm(parsing: algo)
    options.seed = try ShuffleSeed(parsing: seed)
    options.blockSize = blockSize
  }
}

/// The options of `streaming order` about who gets what.
struct PlacingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Default: the nodes, for py1s and py2s 64 times as many.", valueName: "n"))
  var canonicalNodes: Int?
  @Option(help: ArgumentHelp("Physical nodes.", valueName: "n"))
  var nodes = 1
  @Option(help: ArgumentHelp("Ranks per node.", valueName: "n"))
  var ranks = 1
  @Option(help: ArgumentHelp("Workers per rank.", valueName: "n"))
  var workers = 1
  @Option(help: ArgumentHelp("Samples per batch of a rank.", valueName: "n"))
  var batchSize = 1
  @Option(help: ArgumentHelp("Adjacent ranks that receive the same samples.", valueName: "n"))
  var replication: Int?
  @Option(help: ArgumentHelp("relaxed or orig.", valueName: "name"))
  var partition = "relaxed"
  @Option(help: ArgumentHelp("Samples of the epoch already seen by all ranks together.", valueName: "n"))
  var dropFirst = 0
  @Option(help: ArgumentHelp("Nodes at the start of a run that is resumed.", valueName: "n"))
  var initialNodes: Int?

  func apply(to options: inout OrderOptions) throws {
    options.canonicalNodes = canonicalNodes
    options.replication = replication
    options.partition = try PartitionAlgorithm(parsing: partition)
  }

  func world() throws -> World { try World(nodes: nodes, ranksPerNode: ranks, workersPerRank: workers) }
}

/// The options of `streaming order` about several streams.
struct MixingOptions: ParsableArguments {
  @Option(help: ArgumentHelp("random, stratified, per_stream or device_per_stream.", valueName: "name"))
  var batching = "random"
  @Option(help: ArgumentHelp("balanced or fixed.", valueName: "name"))
  var sampling = "balanced"
  @Option(help: ArgumentHelp("Samples drawn at a time from one shard.", valueName: "n"))
  var granularity = 1
  @Option(help: ArgumentHelp("Samples per epoch, such as 10k.", valueName: "n"))
  var epochSize: String?
  @Option(help: ArgumentHelp("A stream's weight: proportion=0.5, repeat=2, choose=100 or none; once per stream.", valueName: "weight"))
  var weight: [String] = []

  func apply(to options: inout OrderOptions) throws {
    options.batching = try BatchingMethod(parsing: batching)
    options.sampling = try SamplingMethod(parsing: sampling)
    options.samplingGranularity = granularity
    options.epochSize = try epochSize.map { text in try sampleCount(abbreviation: text) }
  }

  func weights(count: Int) throws -> [StreamWeight] {
    if weight.isEmpty { return [StreamWeight](repeating: .unspecified, count: count) }
    guard weight.count == count else {
      throw CommandError(
        .usage, "--weight: expected one for each of the \(count) streams, found \(weight.count).\nGive `none` for a stream without.")
    }
    return try weight.map { text in
      let parts = text.split(separator: "=", maxSplits: 1)
      switch (parts.first, parts.count == 2 ? String(parts[1]) : "") {
      case ("none", ""): return .unspecified
      case ("proportion", let value): if let value = Double(value) { return try StreamWeight(proportion: value) }
      case ("repeat", let value): if let value = Double(value) { return try StreamWeight(repeating: value) }
      case ("choose", let value): if let value = Int(value) { return try StreamWeight(choose: value) }
      default: break
      }
      throw CommandError(
        .usage, "--weight: expected proportion=NUMBER, repeat=NUMBER, choose=COUNT or none, found `\(text)`.\nGive one per stream.")
    }
  }
}
