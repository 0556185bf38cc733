/// Splits an epoch over nodes, ranks and workers where canonical and physical nodes divide one another.
///
/// The numbers of upstream's `get_partitions_orig`, each computed when read.
/// - Parameter sampleCount: samples in the epoch before padding, at least 1.
/// - Parameter dropFirst: samples of the epoch already seen, rounded down to a multiple of the nodes.
/// - Throws: ``ConfigurationError`` `.indivisible` when neither of canonical and physical nodes divides the other,
///   `.beyondEnd` when more is dropped than there is, `.tooFewSamples` where upstream cannot pad so few samples.
public func origPartition(
  sampleCount: Int, canonicalNodes: Int, world: World, batchSize: Int, dropFirst: Int = 0
) throws(ConfigurationError) -> PartitionView {
  try checkPartition(
    sampleCount: sampleCount, canonicalNodes: canonicalNodes, world: world, batchSize: batchSize, dropFirst: dropFirst)
  return try PartitionView(
    sampleCount: sampleCount, canonicalNodes: canonicalNodes, dealtNodes: world.nodes, dealtBatchSize: batchSize,
    dropFirst: dropFirst, nodes: world.nodes, ranksPerNode: world.ranksPerNode, workersPerRank: world.workersPerRank,
    batchSize: batchSize)
}

/// Some tables have an entry per canonical node; far more than any cluster has nodes.
let maximumCanonicalNodes = 1 << 20

/// What both algorithms refuse, whatever the arrangement.
func checkPartition(
  sampleCount: Int, canonicalNodes: Int, world: World, batchSize: Int, dropFirst: Int
) throws(ConfigurationError) {
  guard sampleCount >= 1, sampleCount <= 1 << 53 else {
    throw .outOfRange("samples", expected: "between 1 and 2^53", found: sampleCount)
  }
  guard (1...maximumCanonicalNodes).contains(canonicalNodes) else {
    throw .outOfRange(
      "num_canonical_nodes", expected: "between 1 and \(maximumCanonicalNodes)", found: canonicalNodes)
  }
  guard batchSize >= 1 else { throw .outOfRange("batch_size", expected: "a positive integer", found: batchSize) }
  guard dropFirst >= 0 else {
    throw .outOfRange("sample_in_epoch", expected: "a non-negative integer", found: dropFirst)
  }
  // Everything below stays within products of these.
  let step = try product(canonicalNodes, world.nodes, naming: "num_canonical_nodes")
  _ = try product(canonicalNodes, sampleCount, naming: "num_canonical_nodes")
  let global = try product(world.nodes, world.ranksPerNode, world.workersPerRank, batchSize, naming: "batch_size")
  guard sampleCount + step + global < 1 << 61 else { throw .tooLarge("batch_size", found: batchSize) }
  let devices = world.ranks
  let padded = sampleCount + devices - sampleCount % devices
  guard padded >= dropFirst else {
    throw ConfigurationError(
      .beyondEnd, parameter: "sample_in_epoch", expected: "at most \(padded) of \(sampleCount) samples",
      found: "\(dropFirst)", remedy: "Resume with the data set and options that the checkpoint was taken with")
  }
}

extension PartitionView {
  init(
    sampleCount: Int, canonicalNodes: Int, dealtNodes: Int, dealtBatchSize: Int, dropFirst: Int, nodes: Int,
    ranksPerNode: Int, workersPerRank: Int, batchSize: Int
  ) throws(ConfigurationError) {
    guard canonicalNodes % dealtNodes == 0 || dealtNodes % canonicalNodes == 0 else {
      throw ConfigurationError(
        .indivisible, parameter: "num_canonical_nodes",
        expected: "a multiple or a divisor of the \(dealtNodes) nodes", found: "\(canonicalNodes)",
        remedy: "Set num_canonical_nodes to a multiple of the number of nodes")
    }
    columns = (sampleCount + canonicalNodes - 1) / canonicalNodes
    let ratio = dealtNodes > canonicalNodes ? dealtNodes / canonicalNodes : 1
    let padding = (ratio - columns % ratio) % ratio
    paddedColumns = columns + padding
    isTiled =
      sampleCount < canonicalNodes || (sampleCount == canonicalNodes && canonicalNodes < dealtNodes)
    // Upstream copies columns [columns - padding - ratio + 1, columns - ratio + 1), clipped at 0 as Python slices are;
    // numpy spreads a single column over all, and refuses any other number that doesn't fit.
    let sourceEnd = max(0, columns - ratio + 1)
    paddingSource = max(0, columns - padding - ratio + 1)
    paddingSourceCount = sourceEnd - paddingSource
    if padding > 0, !isTiled, paddingSourceCount != padding, paddingSourceCount != 1 {
      throw ConfigurationError(
        .tooFewSamples, parameter: "samples", expected: "at least \(padding + ratio - 1) for each canonical node",
        found: "\(columns)", remedy: "Set num_canonical_nodes to the number of nodes, \(dealtNodes)")
    }
    let dropped = dropFirst - dropFirst % dealtNodes
    let total = try product(canonicalNodes, paddedColumns, naming: "num_canonical_nodes")
    columnsPerNode = max(0, total - dropped) / dealtNodes
    samplesPerRank = (columnsPerNode + ranksPerNode - 1) / ranksPerNode
    let round = workersPerRank * dealtBatchSize
    batchesPerWorker = (samplesPerRank + round - 1) / round
    self.sampleCount = sampleCount
    self.canonicalNodes = canonicalNodes
    self.dealtNodes = dealtNodes
    self.dealtBatchSize = dealtBatchSize
    self.dropFirst = dropped
    self.nodes = nodes
    self.ranksPerNode = ranksPerNode
    self.workersPerRank = workersPerRank
    self.batchSize = batchSize
  }
}
