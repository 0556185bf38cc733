import CStreaming
import DatasetLoading
import PythonJSON
import SampleOrder

/// What `streaming_open` was asked for.
struct OpenOptions: Sendable {
  let streams: [DataStream]
  let world: World
  let options: DatasetOptions

  /// Reads a JSON object of options, or takes the text for a path or URL.
  init(parsing text: String) throws(Failure) {
    guard let first = text.first(where: { !$0.isWhitespace }) else {
      throw .options("options", expected: "a JSON object, a path or a URL", found: "nothing")
    }
    guard first == "{" else {
      streams = [text.contains(":/") ? DataStream(remote: text) : DataStream(local: text)]
      world = .single
      options = DatasetOptions()
      return
    }
    var reader = try OptionReader(parsing: text)
    if let list = try reader.list("streams") {
      var streams: [DataStream] = []
      for (number, value) in list.enumerated() {
        var stream = try OptionReader(value, place: "streams[\(number)].")
        streams.append(try Self.stream(&stream))
        try stream.finish()
      }
      self.streams = streams
    } else {
      streams = [try Self.stream(&reader)]
    }
    world = try Self.world(reader.value("world"))
    var options = DatasetOptions()
    options.predownload = try reader.integer("predownload")
    options.cacheLimit = try reader.byteCount("cache_limit")
    options.allowsUnsafeTypes = try reader.bool("allow_unsafe_types") ?? false
    try Self.readOrder(&reader, into: &options.order)
    self.options = options
    try reader.finish()
  }

  private static func stream(_ reader: inout OptionReader) throws(Failure) -> DataStream {
    DataStream(
      remote: try reader.text("remote"), local: try reader.text("local"), split: try reader.text("split"),
      proportion: try reader.number("proportion"), repeating: try reader.number("repeat"),
      choose: try reader.integer("choose"))
  }

  private static func world(_ value: JSONValue?) throws(Failure) -> World {
    guard let value else { return .single }
    var reader = try OptionReader(value, place: "world.")
    let nodes = try reader.integer("nodes") ?? 1
    let ranks = try reader.integer("ranks_per_node") ?? 1
    let workers = try reader.integer("workers_per_rank") ?? 1
    let node = try reader.integer("node") ?? 0
    let rank = try reader.integer("local_rank") ?? 0
    try reader.finish()
    return try configured { () throws(ConfigurationError) in
      try World(nodes: nodes, ranksPerNode: ranks, workersPerRank: workers, node: node, localRank: rank)
    }
  }

  private static func readOrder(_ reader: inout OptionReader, into order: inout OrderOptions) throws(Failure) {
    order.batchSize = try reader.integer("batch_size")
    order.isShuffled = try reader.bool("shuffle") ?? order.isShuffled
    order.blockSize = try reader.integer("shuffle_block_size")
    order.canonicalNodes = try reader.integer("num_canonical_nodes")
    order.samplingGranularity = try reader.integer("sampling_granularity") ?? order.samplingGranularity
    order.epochSize = try reader.integer("epoch_size")
    order.replication = try reader.integer("replication")
    let seed = reader.value("shuffle_seed")
    let shuffle = try reader.text("shuffle_algo")
    let partition = try reader.text("partition_algo")
    let batching = try reader.text("batching_method")
    let sampling = try reader.text("sampling_method")
    if let seed {
      guard case .integer(let integer) = seed else { throw reader.wrong("shuffle_seed", "an integer", seed) }
      order.seed = try configured { () throws(ConfigurationError) in try ShuffleSeed(parsing: integer.text) }
    }
    order = try configured { () throws(ConfigurationError) in
      var order = order
      if let shuffle { order.shuffleAlgorithm = try ShuffleAlgorithm(parsing: shuffle) }
      if let partition { order.partition = try PartitionAlgorithm(parsing: partition) }
      if let batching { order.batching = try BatchingMethod(parsing: batching) }
      if let sampling { order.sampling = try SamplingMethod(parsing: sampling) }
      return order
    }
  }
}

/// Runs `body` and tells its error as a caller's options.
func configured<R>(_ body: () throws(ConfigurationError) -> R) throws(Failure) -> R {
  do throws(ConfigurationError) {
    return try body()
  } catch {
    throw Failure(error)
  }
}
