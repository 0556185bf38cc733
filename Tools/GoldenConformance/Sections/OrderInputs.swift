import PythonJSON
import SampleOrder

// What the sections about the order of samples read from their cases.
extension JSONValue {
  /// `streams`: shard sizes and upstream's weights.
  func datasetShape() throws -> DatasetShape {
    try DatasetShape(
      elements().map { stream in
        try StreamShape(
          shardSizes: stream.member("shard_sizes").integers(), weight: stream.streamWeight())
      })
  }

  /// `proportion`, `repeat` or `choose` of a stream.
  func streamWeight() throws -> StreamWeight {
    try StreamWeight(
      proportion: optionalMember("proportion")?.real(), repeating: optionalMember("repeat")?.real(),
      choose: optionalMember("choose")?.integer())
  }

  /// `world`: counts; this is rank 0.
  func world() throws -> World {
    try World(
      nodes: member("num_nodes").integer(), ranksPerNode: member("ranks_per_node").integer(),
      workersPerRank: member("workers_per_rank").integer())
  }

  /// `args`: the arguments given to upstream's constructor, all others at their defaults.
  func orderOptions() throws -> OrderOptions {
    var options = OrderOptions()
    for (name, value) in object ?? JSONObject() {
      switch name {
      case "batch_size": options.batchSize = try value.integer()
      case "shuffle": options.isShuffled = try value.flag()
      case "shuffle_algo": options.shuffleAlgorithm = try ShuffleAlgorithm(parsing: value.text())
      case "shuffle_seed": options.seed = try ShuffleSeed(parsing: value.decimal())
      case "shuffle_block_size": options.blockSize = try value.integer()
      case "num_canonical_nodes": options.canonicalNodes = try value.integer()
      case "partition_algo": options.partition = try PartitionAlgorithm(parsing: value.text())
      case "batching_method": options.batching = try BatchingMethod(parsing: value.text())
      case "sampling_method": options.sampling = try SamplingMethod(parsing: value.text())
      case "sampling_granularity": options.samplingGranularity = try value.integer()
      case "epoch_size":
        options.epochSize = try value.string.map { text in try sampleCount(abbreviation: text) } ?? value.integer()
      case "replication": options.replication = try value.integer()
      default: throw GoldenError("case.json: unknown argument `\(name)`")
      }
    }
    return options
  }

  /// A JSON number of either kind.
  func real() throws -> Double {
    guard let value = double else { throw GoldenError("case.json: expected a number") }
    return value
  }
}

extension EpochPlan {
  /// The sequences of each worker of each rank, padding included, and their shape: (rank, worker of the rank, n).
  func sequences() -> (ids: [Int64], shape: [Int]) {
    var ids: [Int64] = []
    for rank in 0..<world.ranks {
      for worker in 0..<world.workersPerRank {
        ids += samples(rank: rank, worker: worker, batches: 0..<batchesPerWorker)
      }
    }
    return (ids, [world.ranks, world.workersPerRank, batchesPerWorker * batchSize])
  }

  /// The batches that a DataLoader of a rank delivers from number `first` on.
  func deliveredBatches(rank: Int, from first: Int = 0, droppingLast: Bool = false) -> [[Int64]] {
    let batches = (first..<max(first, batchCount(rank: rank))).map { number in
      samples(rank: rank, batches: number..<number + 1).filter { $0 >= 0 }
    }
    return droppingLast ? batches.filter { $0.count == batchSize } : batches
  }
}

/// `batches`: a list of lists of sample ids.
func batchList(_ value: JSONValue) throws -> [[Int64]] {
  try value.elements().map { try $0.integers(Int64.self) }
}

/// Where two lists of batches differ, nil when they are equal.
func difference(_ expected: [[Int64]], _ came: [[Int64]]) -> String? {
  if expected == came { return nil }
  for (number, (left, right)) in zip(expected, came).enumerated() where left != right {
    return "expected \(left) as batch \(number), came \(right)"
  }
  return "expected \(expected.count) batches, came \(came.count)"
}
