extension EpochPlan {
  /// What identifies the order of the plan's run; see ``RunFingerprint``. Worked out at the first call.
  public var fingerprint: RunFingerprint { store.fingerprint { makeFingerprint() } }

  private func makeFingerprint() -> RunFingerprint {
    var fields: [(String, String)] = [
      ("batching_method", options.batching.rawValue),
      ("global_batch_size", String(groups.ranks * batchSize)),
      ("num_canonical_nodes", String(options.canonicalNodes ?? groups.nodes)),
      ("probe", probe),
      ("shuffle_algo", options.shuffle.rawValue),
      ("stream_weights", weightHash),
      ("streams", shapeHash),
    ]
    if let indexHash { fields.append((RunFingerprint.indexName, indexHash)) }
    if options.isEvaluation { fields.append(("evaluation", "true")) }
    if drawsSomething { fields.append(("shuffle_seed", options.seed.description)) }
    if [.py1br, .py1e, .feistel].contains(options.shuffle) {
      fields.append(("shuffle_block_size", String(options.blockSize ?? 0)))
    }
    if isFractional || (drawsRows && options.isShuffled) {
      fields.append(("sampling_method", options.sampling.rawValue))
    }
    if isFractional { fields.append(("sampling_granularity", String(options.samplingGranularity))) }
    // These compose batches from each stream's partition, whose padding depends on the world.
    switch options.batching {
    case .random: break
    case .stratified: fields.append(("ranks_per_node", String(groups.ranksPerNode)))
    case .perStream, .devicePerStream: fields.append(("nodes", "\(groups.nodes) of \(groups.ranksPerNode) ranks"))
    }
    return RunFingerprint(
      fields: fields.map { RunFingerprint.Field(name: $0, value: $1) }.sorted { $0.name < $1.name })
  }

  /// Whether some stream is sampled other than each sample equally often.
  private var isFractional: Bool {
    zip(weights.choose, shape.streams).contains { $0 % $1.sampleCount != 0 }
  }

  private var drawsRows: Bool { options.batching == .perStream || options.batching == .devicePerStream }

  private var drawsSomething: Bool { options.isShuffled || isFractional || drawsRows }

  private var shapeHash: String {
    var hash = StableHash()
    for stream in shape.streams {
      hash.combine(stream.shardSizes.count)
      for size in stream.shardSizes { hash.combine(size) }
    }
    return hash.hex
  }

  /// What the indexes say of the shards, so that another data set of equal sizes is not taken for this one.
  private var indexHash: String? {
    var hash = StableHash()
    for stream in shape.streams {
      guard let contentHash = stream.contentHash else { return nil }
      hash.combine(contentHash)
    }
    return hash.hex
  }

  private var weightHash: String {
    var hash = StableHash()
    for (choose, proportion) in zip(weights.choose, weights.proportions) {
      hash.combine(choose)
      // The shares themselves only matter where they cut batches or blocks.
      if options.batching != .random { hash.combine(proportion.bitPattern) }
    }
    return hash.hex
  }

  /// Two epochs of a miniature data set in the same manner.
  private var probe: String {
    var hash = StableHash()
    var small = OrderOptions(batchSize: 2)
    small.shuffle = options.shuffle
    small.batching = options.batching
    small.seed = drawsSomething ? options.seed : 0
    small.canonicalNodes = 2
    small.blockSize = 24
    small.isEvaluation = options.isEvaluation
    for epoch in 0..<2 {
      guard
        let streams = try? [
          StreamShape(shardSizes: [7, 5, 6, 9], weight: .repeating(1.25)), StreamShape(shardSizes: [8, 11, 4]),
        ], let shape = try? DatasetShape(streams), let world = try? World(ranksPerNode: 2, workersPerRank: 2),
        let plan = try? EpochPlan(shape: shape, options: small, world: world, from: EpochPosition(epoch: epoch))
      else { continue }
      for rank in 0..<2 {
        for id in plan.samples(rank: rank, batches: 0..<plan.batchCount(rank: rank)) { hash.combine(Int(id)) }
      }
    }
    return hash.hex
  }
}
