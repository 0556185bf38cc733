/// Splits an epoch over nodes, ranks and workers, for a resumed run also over other numbers of nodes.
///
/// The numbers of upstream's `get_partitions_relaxed`, each computed when read: where canonical and physical nodes
/// divide one another, or at a first start, those of ``origPartition(sampleCount:canonicalNodes:world:batchSize:dropFirst:)``;
/// else the sequence of global batches of the first run, dealt to the nodes of this one.
/// - Parameter initialNodes: nodes at the run's start when resuming, nil at a first start.
/// - Returns: a view of shape (nodes, ranks, workers, batches, batchSize); -1 marks padding.
/// - Throws: ``ConfigurationError`` as `origPartition`; `.indivisible` as well when the global batch isn't a multiple
///   of the ranks that the run started with.
public func relaxedPartition(
  sampleCount: Int, canonicalNodes: Int, world: World, batchSize: Int, dropFirst: Int = 0, initialNodes: Int? = nil
) throws(ConfigurationError) -> PartitionView {
  try checkPartition(
    sampleCount: sampleCount, canonicalNodes: canonicalNodes, world: world, batchSize: batchSize, dropFirst: dropFirst)
  let divides = canonicalNodes % world.nodes == 0 || world.nodes % canonicalNodes == 0
  guard let initialNodes, !divides else {
    return try origPartition(
      sampleCount: sampleCount, canonicalNodes: canonicalNodes, world: world, batchSize: batchSize,
      dropFirst: dropFirst)
  }
  guard initialNodes >= 1 else {
    throw .outOfRange("initial_physical_nodes", expected: "a positive integer", found: initialNodes)
  }
  let globalBatch = world.ranks * batchSize
  let devices = try product(initialNodes, world.ranksPerNode, naming: "initial_physical_nodes")
  guard globalBatch % devices == 0 else {
    throw ConfigurationError(
      .indivisible, parameter: "batch_size",
      expected: "a global batch (\(world.ranks) ranks times batch_size) that is a multiple of \(devices) ranks, "
        + "with which the run started",
      found: "\(globalBatch)", remedy: "Keep the global batch size of the first run")
  }
  return try PartitionView(
    sampleCount: sampleCount, canonicalNodes: canonicalNodes, dealtNodes: initialNodes,
    dealtBatchSize: globalBatch / devices, dropFirst: dropFirst, nodes: world.nodes,
    ranksPerNode: world.ranksPerNode, workersPerRank: world.workersPerRank, batchSize: batchSize)
}

/// The partition of the named algorithm; `orig` has no use for the initial nodes.
public func partition(
  _ algorithm: PartitionAlgorithm, sampleCount: Int, canonicalNodes: Int, world: World, batchSize: Int,
  dropFirst: Int = 0, initialNodes: Int? = nil
) throws(ConfigurationError) -> PartitionView {
  switch algorithm {
  case .orig:
    try origPartition(
      sampleCount: sampleCount, canonicalNodes: canonicalNodes, world: world, batchSize: batchSize,
      dropFirst: dropFirst)
  case .relaxed:
    try relaxedPartition(
      sampleCount: sampleCount, canonicalNodes: canonicalNodes, world: world, batchSize: batchSize,
      dropFirst: dropFirst, initialNodes: initialNodes)
  }
}
