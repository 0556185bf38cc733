/// Batches in which each sample of the epoch occurs exactly once, in the order in which training would go through them.
///
/// The samples of all canonical nodes in turn, as the partition has them, but without the repeated ones that make
/// ranks equally long; -1 takes their place. All ranks have the same number of batches, so that collective operations
/// on them end together.
struct EvaluationLayout: BatchLayout {
  private let sampleCount: Int
  private let canonicalNodes: Int
  private let dropFirst: Int
  private let world: World
  private let batchSize: Int

  /// - Throws: ``ConfigurationError`` `.beyondEnd` when more is dropped than there is.
  init(
    sampleCount: Int, canonicalNodes: Int, world: World, batchSize: Int, dropFirst: Int
  ) throws(ConfigurationError) {
    guard dropFirst <= sampleCount else {
      throw ConfigurationError(
        .beyondEnd, parameter: "sample_in_epoch", expected: "at most \(sampleCount)", found: "\(dropFirst)",
        remedy: "Resume with the data set and options that the checkpoint was taken with")
    }
    _ = try product(sampleCount + 1, canonicalNodes, naming: "num_canonical_nodes")
    _ = try product(world.ranks, world.workersPerRank, batchSize, naming: "batch_size")
    self.sampleCount = sampleCount
    self.canonicalNodes = canonicalNodes
    self.dropFirst = dropFirst
    self.world = world
    self.batchSize = batchSize
  }

  private var globalBatchSize: Int { world.ranks * batchSize }
  private var batches: Int { (sampleCount - dropFirst + globalBatchSize - 1) / globalBatchSize }

  var globalBatchCount: Int { (batches + world.workersPerRank - 1) / world.workersPerRank * world.workersPerRank }

  func deliveredBatchCount(device: Int) -> Int { batches }

  func appendPositions(batch: Int, device: Int, to out: inout OutputSpan<Int64>, runs: inout SourceRuns) {
    let (node, rank) = device.quotientAndRemainder(dividingBy: world.ranksPerNode)
    for nth in batch * batchSize..<(batch + 1) * batchSize {
      let turn = dropFirst + node + world.nodes * (nth * world.ranksPerNode + rank)
      out.append(turn < sampleCount ? Int64(position(turn: turn)) : -1)
    }
    runs.append(source: 0, count: batchSize)
  }

  /// The position of the `turn`-th sample when canonical nodes take turns: all of them as long as each has one left.
  private func position(turn: Int) -> Int {
    let (full, extra) = sampleCount.quotientAndRemainder(dividingBy: canonicalNodes)
    let (round, number) = turn.quotientAndRemainder(dividingBy: canonicalNodes)
    var node = number
    // In the last round only some nodes have one: the node that ends where the share of extra samples gets whole.
    if round == full { node = ((number + 1) * canonicalNodes + extra - 1) / extra - 1 }
    return node * sampleCount / canonicalNodes + round
  }
}
