/// The epochs of a run, one plan after another, with upstream's rules for resuming.
///
/// What upstream's dataset keeps between iterations: the number of the next epoch, the settings that were fixed at the
/// first one (or came with a state), and a loaded state until it is used or stale.
public struct RunOrder: Sendable {
  public let shape: DatasetShape
  public let world: World
  /// Samples per stream and epoch.
  public let weights: EpochWeights
  /// The options; canonical nodes, block size and seed become what is in force once an epoch or a state fixed them.
  public private(set) var options: OrderOptions
  /// Nodes at the start of the run, when a loaded state told.
  public private(set) var initialNodes: Int?
  /// The epoch that the next plan is for, unless a loaded state tells otherwise.
  public private(set) var nextEpoch = 0

  let groups: World
  /// Where plans keep what is worked out for a whole epoch.
  package var archive: (any OrderArchive)?
  /// The plan of the next epoch, when it was made ahead.
  var upcoming: EpochPlan?
  private var loaded: CheckpointState?
  private var checksFingerprint = true

  /// Checks what upstream checks on construction; the rest when an epoch is planned.
  /// - Throws: ``ConfigurationError`` as ``EpochPlan/init(shape:options:world:from:)``.
  public init(shape: DatasetShape, options: OrderOptions, world: World) throws(ConfigurationError) {
    try options.validate()
    groups = try world.replicated(by: options.replication ?? 1)
    weights = try EpochWeights(shape: shape, epochSize: options.epochSize, seed: options.seed)
    self.shape = shape
    self.options = options
    self.world = world
  }

  /// Samples per rank and epoch, rounded up: upstream's `len(dataset)`.
  public var length: Int { (weights.epochSize + groups.ranks - 1) / groups.ranks }

  /// Batches of a rank and epoch, as PyTorch's `len(loader)` estimates them from the length.
  /// - Throws: ``ConfigurationError`` `.missing` without a batch size.
  public func batchCount(droppingLast: Bool = false) throws(ConfigurationError) -> Int {
    let size = try options.requiredBatchSize()
    return droppingLast ? length / size : (length + size - 1) / size
  }

  /// Counts an epoch as done without planning it.
  public mutating func skipEpoch() { nextEpoch += 1 }

  /// Keeps a state for the next plan.
  /// - Parameter ignoringFingerprint: whether to go on although settings that change the order differ from the run that
  ///   the state is from; else ``nextPlan()`` refuses, naming the first one. States of upstream have no fingerprint.
  public mutating func load(_ state: CheckpointState, ignoringFingerprint: Bool = false) {
    loaded = state
    checksFingerprint = !ignoringFingerprint
  }

  /// Makes the next plan continue a state, also one of an epoch that this run has passed already: the run goes back to it.
  ///
  /// Unlike ``load(_:ignoringFingerprint:)``, which follows upstream and takes a state of an earlier epoch as stale.
  public mutating func goBack(to state: CheckpointState, ignoringFingerprint: Bool = false) {
    nextEpoch = min(nextEpoch, max(0, state.epoch))
    load(state, ignoringFingerprint: ignoringFingerprint)
  }

  /// Plans the next epoch and moves on to the one after it; upstream's `__iter__`.
  ///
  /// A loaded state of this or a later epoch decides the epoch and where in it to start, and puts its seed, canonical
  /// nodes and initial nodes in the place of the options for the rest of the run. A state of an earlier epoch is stale.
  /// - Throws: ``ConfigurationError`` as ``EpochPlan/init(shape:options:world:from:)``, and `.fingerprintMismatch`; the
  ///   run is then unchanged.
  public mutating func nextPlan() throws(ConfigurationError) -> EpochPlan {
    var next = self
    let plan = try next.plan()
    if checksFingerprint, let loaded, loaded.epoch >= nextEpoch, let stored = loaded.fingerprint,
      let difference = plan.fingerprint.difference(from: stored)
    {
      throw difference
    }
    next.nextEpoch = plan.position.epoch + 1
    next.upcoming = nil
    self = next
    return plan
  }

  /// The run's state, as upstream's `state_dict(num_samples, from_beginning)`: in the epoch planned last.
  /// - Parameter sampleCount: samples that all ranks received, those of replicas counted once.
  /// - Parameter fromBeginning: whether they are counted from the start of the epoch, or from where its plan started.
  public mutating func state(sampleCount: Int, fromBeginning: Bool) -> CheckpointState {
    let position = resume(presuming: nextEpoch - 1)
    return CheckpointState(
      epoch: position.epoch, sampleInEpoch: sampleCount + (fromBeginning ? 0 : position.sampleInEpoch),
      canonicalNodes: options.canonicalNodes ?? groups.nodes, seed: options.seed,
      initialNodes: initialNodes ?? groups.nodes)
  }

  mutating func resume(presuming epoch: Int) -> (epoch: Int, sampleInEpoch: Int) {
    var start = (epoch: epoch, sampleInEpoch: 0)
    if let loaded, loaded.epoch >= epoch {
      options.canonicalNodes = loaded.canonicalNodes
      options.seed = loaded.seed
      initialNodes = loaded.initialNodes
      start = (loaded.epoch, loaded.sampleInEpoch)
    }
    options = options.resolved(for: groups)
    return start
  }
}
