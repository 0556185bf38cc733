import NumPyRandom

/// All that an epoch's batches depend on, with defaults filled in; makes their layout and the orders it refers to.
struct LayoutRequest {
  let shape: DatasetShape
  let options: OrderOptions
  let groups: World
  let position: EpochPosition
  let weights: EpochWeights
  let batchSize: Int
  let archive: (any OrderArchive)?

  private var canonicalNodes: Int { options.canonicalNodes ?? groups.nodes }
  private var blockSize: Int { options.blockSize ?? 1 << 18 }
  private var rowGenerator: Generator {
    (options.changesSeedByEpoch ? options.seed.adding(position.epoch) : options.seed).generator
  }

  func make() throws(ConfigurationError) -> (any BatchLayout, [any PositionLookup]) {
    switch options.batching {
    case .random where options.isEvaluation:
      let layout = try EvaluationLayout(
        sampleCount: weights.epochSize, canonicalNodes: canonicalNodes, world: groups, batchSize: batchSize,
        dropFirst: position.sampleInEpoch)
      let units = try UnitTable(
        shape: shape, streams: 0..<shape.streams.count, weights: weights, options: options, epoch: position.epoch)
      return (layout, [try order(of: units, blockSize: blockSize)])
    case .perStream where options.isEvaluation, .stratified where options.isEvaluation,
      .devicePerStream where options.isEvaluation:
      throw ConfigurationError(
        .conflicting, parameter: "batching_method", expected: "random, in evaluation",
        found: options.batching.rawValue, remedy: "Evaluate with random batching")
    case .random:
      let view = try partition(
        options.partition, sampleCount: weights.epochSize, canonicalNodes: canonicalNodes, world: groups,
        batchSize: batchSize, dropFirst: position.sampleInEpoch, initialNodes: position.initialNodes)
      let units = try UnitTable(
        shape: shape, streams: 0..<shape.streams.count, weights: weights, options: options, epoch: position.epoch)
      return (RandomLayout(view: view), [try order(of: units, blockSize: blockSize)])
    case .perStream:
      let views = try views(world: groups, batchSize: batchSize)
      let layout = try PerStreamLayout(
        views: views, world: groups, batchSize: batchSize, dropFirst: position.sampleInEpoch, generator: rowGenerator)
      return (layout, try orders())
    case .stratified:
      let views = try views(world: groups.with(nodes: 1), batchSize: 1)
      let layout = try StratifiedLayout(
        views: views, proportions: weights.proportions, world: groups, batchSize: batchSize,
        dropFirst: position.sampleInEpoch)
      return (layout, try orders())
    case .devicePerStream:
      guard canonicalNodes % groups.nodes == 0 else {
        throw ConfigurationError(
          .indivisible, parameter: "num_canonical_nodes", expected: "a multiple of the \(groups.nodes) nodes",
          found: "\(canonicalNodes)", remedy: "Set num_canonical_nodes to a multiple of the number of nodes")
      }
      let views = try views(world: groups.with(nodes: canonicalNodes), batchSize: 1)
      let layout = try DevicePerStreamLayout(
        views: views, canonicalNodes: canonicalNodes, world: groups, batchSize: batchSize,
        dropFirst: position.sampleInEpoch, generator: rowGenerator)
      return (layout, try orders())
    }
  }

  /// Each stream's own partition; resuming drops whole batches later.
  private func views(world: World, batchSize: Int) throws(ConfigurationError) -> [PartitionView] {
    var views: [PartitionView] = []
    for (stream, count) in weights.choose.enumerated() {
      guard count > 0 else {
        throw ConfigurationError(
          .tooFewSamples, parameter: "stream \(stream)", expected: "at least one sample in the epoch", found: "0",
          remedy: "Leave out the stream, or give it a larger weight")
      }
      views.append(
        try partition(
          options.partition, sampleCount: count, canonicalNodes: canonicalNodes, world: world, batchSize: batchSize,
          initialNodes: position.initialNodes))
    }
    return views
  }

  /// Each stream's own order, with its share of the block size and the same seed.
  private func orders() throws(ConfigurationError) -> [any PositionLookup] {
    var orders: [any PositionLookup] = []
    for stream in shape.streams.indices {
      let units = try UnitTable(
        shape: shape, streams: stream..<stream + 1, weights: weights, options: options, epoch: position.epoch)
      let block = Int(Double(blockSize) * weights.proportions[stream])
      guard !options.isShuffled || options.batching != .devicePerStream || block > 0 else {
        throw .outOfRange(
          "shuffle_block_size", expected: "at least 1 after multiplying with the proportion of stream \(stream)",
          found: block, remedy: "Increase shuffle_block_size or the stream's proportion")
      }
      orders.append(try order(of: units, blockSize: block))
    }
    return orders
  }

  private func order(of units: UnitTable, blockSize: Int) throws(ConfigurationError) -> any PositionLookup {
    try streamOrder(
      units: units, idCount: shape.sampleCount,
      shuffle: ShuffleSettings(
        algorithm: options.shuffle, canonicalNodes: canonicalNodes, seed: options.seed, epoch: position.epoch,
        blockSize: blockSize, nodesRead: nodesRead),
      archive: archive)
  }

  /// Under `random` batching a rank takes every n-th of the canonical nodes' turns, with n ranks.
  private var nodesRead: Int? {
    options.batching == .random ? canonicalNodes / greatestCommonDivisor(canonicalNodes, groups.ranks) : nil
  }
}

extension World {
  /// The same ranks per node and workers on another number of nodes.
  func with(nodes: Int) -> World {
    World(
      uncheckedNodes: nodes, ranksPerNode: ranksPerNode, workersPerRank: workersPerRank, node: 0, localRank: 0)
  }
}

private func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
  var (larger, smaller) = (first, second)
  while smaller != 0 { (larger, smaller) = (smaller, larger % smaller) }
  return larger
}
