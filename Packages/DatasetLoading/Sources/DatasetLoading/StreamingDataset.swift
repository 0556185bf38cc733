public import ColumnarBatch
public import ObjectStorage
public import SampleOrder
public import ShardFormats
import Synchronization

/// The samples of one or more streams: by number, or shuffled over all ranks in batches.
///
/// Opening reads the indexes and nothing else. Shards are fetched when they are needed, into each stream's directory,
/// and found there by the next run. A value; copies share what is open and the run's epochs. Any thread or task may use it.
///
/// ```swift
/// let digits = try await StreamingDataset([DataStream(local: "data/digits")], batchSize: 256, stores: stores)
/// for try await batch in try digits.loader() { train(try batch.column("label")) }
/// ```
public struct StreamingDataset: Sendable {
  @usableFromInline let core: DatasetCore
  private let handle: DatasetHandle

  /// Opens a data set.
  /// - Parameter streams: at least one; sample ids number their samples one stream after another.
  /// - Parameter batchSize: samples per batch of each rank; needed to iterate, part of the order.
  /// - Parameter world: which rank this is, of how many.
  /// - Parameter stores: opens the streams' addresses.
  /// - Parameter configure: sets further options, such as `$0.shuffle = .py1e`.
  /// - Throws: ``LoadingError`` `.configuration` for settings, `.index` for an index that can't be had or read,
  ///   `.unsafeColumn` for a `pkl` column without leave.
  public init(
    _ streams: [DataStream], batchSize: Int? = nil, world: World = .single, stores: ObjectStoreRegistry,
    configure: (inout DatasetOptions) -> Void = { _ in }
  ) async throws(LoadingError) {
    var options = DatasetOptions()
    options.order.batchSize = batchSize
    configure(&options)
    core = try await DatasetCore.open(streams, world: world, stores: stores, options: options)
    handle = DatasetHandle(core)
  }

  /// Samples of all streams together, each counted once; upstream's `size`.
  public var count: Int { core.shape.sampleCount }

  /// Samples that each rank receives in an epoch, rounded up; upstream's `len(dataset)`.
  public var samplesPerRank: Int { core.run.withLock { $0.length } }

  /// The columns of a batch, unless a loader is asked for some of them.
  public var schema: BatchSchema { core.schema.batch }

  /// The columns as they are stored.
  public var columns: [ColumnSpec] { core.schema.columns }

  /// The shards of each stream.
  public var shape: DatasetShape { core.shape }

  /// Damaged shards that are left out so far, in order; see ``DatasetOptions/damagedShards``.
  public var skippedShards: [SkippedShard] { core.skipped.all }

  /// The ranks that the order is made for, and which one this is.
  public var world: World { core.world }

  /// Starts the next epoch of the run: its batches for this rank.
  ///
  /// The first call gives epoch 0, the next epoch 1, and so on, also when an earlier loader was left in the middle. The next
  /// epoch is prepared while this one is read: once all that this one needs is here, the first shards of the next are
  /// fetched, within the limits of this one, and its first batches assembled, for a loader configured alike.
  /// - Parameter state: a checkpoint, ours or upstream's, perhaps from another number of nodes. The loader continues its
  ///   epoch after the samples that were delivered, and the run goes on from there; its seed and canonical nodes replace
  ///   the options for the rest of the run.
  /// - Throws: ``LoadingError`` `.configuration` when the order can't be made, such as without a batch size, or when a
  ///   setting that changes the order differs from the run that the state is from; the cause names it.
  public func loader(
    resuming state: CheckpointState? = nil, configure: (inout LoaderOptions) -> Void = { _ in }
  ) throws(LoadingError) -> Loader {
    var options = LoaderOptions()
    configure(&options)
    if let state { try core.skip(state.skippedShards) }
    let plan: EpochPlan
    do throws(ConfigurationError) {
      plan = try core.run.withLock { run throws(ConfigurationError) in
        if let state { run.goBack(to: state, ignoringFingerprint: options.ignoresFingerprint) }
        return try run.nextPlan()
      }
    } catch {
      throw LoadingError(.configuration, cause: error)
    }
    if let begun = core.nextEpoch.take(plan, options) { return Loader(begun) }
    return Loader(try LoaderCore(dataset: core, plan: plan, options: options))
  }
}
