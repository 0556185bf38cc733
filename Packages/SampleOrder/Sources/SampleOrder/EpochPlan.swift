/// The order of samples in one epoch, or what is left of it: which sample each slot of each batch of each rank holds.
///
/// A function of shape, options, world and position alone, the same on every machine and the same as upstream's.
/// Samples are computed when read; reading forwards is cheap, a jump costs about a block. Copies share what they have
/// computed and may be read from several threads, one at a time.
/// ```swift
/// let plan = try EpochPlan(shape: shape, options: options, world: world)
/// for batch in 0..<plan.batchCount(rank: 0) {
///   let ids = plan.samples(rank: 0, batches: batch..<batch + 1)
/// }
/// ```
public struct EpochPlan: Sendable {
  /// What is ordered.
  public let shape: DatasetShape
  /// The options as given, with canonical nodes and block size filled in.
  public let options: OrderOptions
  /// The world as given.
  public let world: World
  /// Where the plan starts.
  public let position: EpochPosition
  /// Samples per stream and epoch.
  public let weights: EpochWeights
  /// Samples per batch of a rank.
  public let batchSize: Int

  /// The world in which adjacent ranks that see the same samples are one.
  let groups: World
  let layout: any BatchLayout
  private(set) var store: OrderStore

  /// Plans an epoch, without reading data.
  ///
  /// - Throws: ``ConfigurationError`` for anything that upstream refuses, at construction or at the first iteration:
  ///   `.missing` without a batch size, `.outOfRange` for numbers, `.indivisible` for worlds and replication,
  ///   `.conflicting` for weights, `.tooFewSamples` for the batching methods, `.beyondEnd` for the position.
  public init(
    shape: DatasetShape, options: OrderOptions, world: World, from position: EpochPosition = .start
  ) throws(ConfigurationError) {
    try options.validate()
    let weights = try EpochWeights(shape: shape, epochSize: options.epochSize, seed: options.seed)
    try self.init(shape: shape, options: options, world: world, from: position, weights: weights)
  }

  /// Plans an epoch with weights that were resolved at the start of a run, perhaps with another seed.
  init(
    shape: DatasetShape, options: OrderOptions, world: World, from position: EpochPosition, weights: EpochWeights,
    archive: (any OrderArchive)? = nil
  ) throws(ConfigurationError) {
    guard (0...1 << 53).contains(position.epoch) else {
      throw .outOfRange("epoch", expected: "a non-negative integer", found: position.epoch)
    }
    guard position.sampleInEpoch >= 0 else {
      throw .outOfRange("sample_in_epoch", expected: "a non-negative integer", found: position.sampleInEpoch)
    }
    let groups = try world.replicated(by: options.replication ?? 1)
    let batchSize = try options.requiredBatchSize()
    let options = options.inForce(for: groups, epochSize: weights.epochSize)
    let request = LayoutRequest(
      shape: shape, options: options, groups: groups, position: position, weights: weights, batchSize: batchSize,
      archive: archive)
    let (layout, lookups) = try request.make()
    self.shape = shape
    self.options = options
    self.world = world
    self.position = position
    self.weights = weights
    self.batchSize = batchSize
    self.groups = groups
    self.layout = layout
    store = OrderStore(lookups)
  }

  /// The same plan for a second reader at another place: copies otherwise share the blocks that they keep, and two
  /// readers far from each other would make each other's blocks anew.
  public func withOwnBlocks() -> EpochPlan {
    var copy = self
    copy.store = store.copy()
    return copy
  }
}

extension OrderOptions {
  /// The options that a plan goes by: the defaults filled in, and no more canonical nodes than samples to evaluate.
  func inForce(for groups: World, epochSize: Int) -> OrderOptions {
    var options = resolved(for: groups)
    if isEvaluation { options.canonicalNodes = min(options.canonicalNodes ?? 1, epochSize) }
    return options
  }

  /// The options with the defaults that depend on the world, which a run keeps once it started.
  func resolved(for groups: World) -> OrderOptions {
    var options = self
    let canonical: Int
    if let given = canonicalNodes, given > 0 {
      canonical = given
    } else {
      canonical = shuffleAlgorithm == .py1s || shuffleAlgorithm == .py2s ? 64 * groups.nodes : groups.nodes
    }
    options.canonicalNodes = canonical
    options.blockSize = blockSize ?? max(4_000_000 / canonical, 1 << 18)
    return options
  }
}
