public import ColumnarBatch
import SampleOrder
import Synchronization

/// One epoch's documents of this rank as batches of sequences of one length.
///
/// A source like a ``Loader``, whose batches of documents it packs on the consumer's thread or task.
public struct PackedLoader: BatchSource {
  public typealias Element = Batch
  public typealias Failure = LoadingError

  private let core: PackedCore

  init(_ core: PackedCore) { self.core = core }

  /// The columns of its batches: the tokens, `positions` and `boundaries`; see ``Packing``.
  public var schema: BatchSchema { core.schema }

  /// The next batch, nil after the last one; blocks the calling thread until it is there. Not for tasks.
  /// - Throws: as ``Loader/nextBlocking()``.
  public func nextBlocking() throws(LoadingError) -> Batch? { try core.nextBlocking() }

  public func makeAsyncIterator() -> Iterator { Iterator(core: core) }

  public func useBuffers(from allocator: any BufferAllocator) { core.ring.use(allocator) }

  /// The state of a run whose last batch was `batch`: a new loader goes on with the token after it.
  public func state(after batch: Batch) -> PackedState { core.state(batch.position) }

  public func close() { core.close() }

  /// Delivers batches to `for try await`.
  public struct Iterator: AsyncIteratorProtocol {
    let core: PackedCore

    public mutating func next() async throws(LoadingError) -> Batch? { try await core.next() }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws(LoadingError) -> Batch? {
      try await core.next()
    }
  }
}

extension StreamingDataset {
  /// Starts the next epoch of the run, its documents packed into sequences.
  /// - Parameter state: of this rank, with the same packing, batch size and number of ranks.
  /// - Throws: ``LoadingError`` `.configuration` as ``loader(resuming:configure:)``, for a packing that does not suit, and
  ///   for a state of another rank or packing.
  public func packedLoader(
    _ packing: Packing, resuming state: PackedState? = nil, configure: (inout LoaderOptions) -> Void = { _ in }
  ) throws(LoadingError) -> PackedLoader {
    try PackedLoader(PackedCore(self, packing, state, configure))
  }
}

/// The documents' loader, the packer, and the memory of packed batches.
final class PackedCore: Sendable {
  private struct State: Sendable {
    var loader: Loader
    /// Nil while a batch is being packed, and after the end.
    var packer: SequencePacker?
    var batchCount: Int
    var hasDocuments = false
  }

  let ring = BufferRing(bufferCount: .max)
  let schema: BatchSchema
  private let dataset: StreamingDataset
  private let packing: Packing
  private let options: LoaderOptions
  private let start: CheckpointState
  private let state: Mutex<State>

  init(
    _ dataset: StreamingDataset, _ packing: Packing, _ resumed: PackedState?,
    _ configure: (inout LoaderOptions) -> Void
  ) throws(LoadingError) {
    let world = dataset.world
    let batchSize = packing.batchSize ?? dataset.core.options.order.batchSize ?? 1
    guard packing.length >= 1, packing.length <= Int(Int32.max), batchSize >= 1, packing.batchCount ?? 0 >= 0 else {
      throw LoadingError(
        .configuration, expected: "a length, a batch size and a number of batches from 1 up",
        found: "\(packing.length), \(batchSize) and \(packing.batchCount ?? 0)", remedy: "give others")
    }
    if let resumed {
      guard resumed.rank == world.rank, resumed.ranks == world.ranks, resumed.settings == packing.fingerprint else {
        throw LoadingError(
          .configuration, expected: "a state of rank \(world.rank) of \(world.ranks), packed as \(packing.fingerprint)",
          found: "one of rank \(resumed.rank) of \(resumed.ranks), packed as \(resumed.settings)",
          remedy: "resume each rank from its own state, with the same packing; another world can go on at an epoch's start")
      }
    }
    var options = LoaderOptions()
    configure(&options)
    options.columns = [packing.column]
    let documentBatchSize = max(1, dataset.core.options.order.batchSize ?? 1)
    options.skippedBatches = (resumed?.documentCount ?? 0) / documentBatchSize
    let chosen = options
    let loader = try dataset.loader(resuming: resumed?.run) { $0 = chosen }
    let column = loader.schema.columns[0]
    guard column.isRagged, column.dtype != .string else {
      throw LoadingError(
        .configuration, column: column.name, expected: "rows of different length and the type of their elements",
        found: "\(column.dtype)", remedy: "name the type, as in LoaderColumn(\"\(column.name)\", as: .uint16)")
    }
    do throws(BatchError) {
      schema = try packing.schema(tokens: column.dtype)
      let packer = try SequencePacker(
        packing, dtype: column.dtype, batchSize: batchSize, documentCount: resumed?.documentCount ?? 0,
        skipCount: (resumed?.documentCount ?? 0) % documentBatchSize, tokenCount: resumed?.tokenCount ?? 0)
      state = Mutex(State(loader: loader, packer: packer, batchCount: resumed?.batchCount ?? 0))
    } catch {
      throw LoadingError(.configuration, column: error.column, cause: error)
    }
    start = resumed?.run ?? loader.initialState
    self.dataset = dataset
    self.packing = packing
    options.skippedBatches = 0
    self.options = options
  }

  func state(_ position: BatchPosition) -> PackedState {
    PackedState(
      run: start, rank: dataset.world.rank, ranks: dataset.world.ranks, batchCount: position.batch + 1,
      documentCount: position.packed?.sampleCount ?? 0, tokenCount: position.packed?.elementCount ?? 0,
      settings: packing.fingerprint)
  }

  func close() { state.withLock { $0.loader }.close() }

  func nextBlocking() throws(LoadingError) -> Batch? {
    guard var packer = take() else { return nil }
    while !packer.isFull {
      if packer.isOut {
        guard let documents = try state.withLock({ $0.loader }).nextBlocking() else {
          if try startOver(&packer) { continue }
          break
        }
        add(documents, to: &packer)
      }
      try pack(&packer)
    }
    return try finish(packer)
  }

  func next() async throws(LoadingError) -> Batch? {
    guard var packer = take() else { return nil }
    while !packer.isFull {
      if packer.isOut {
        var iterator = state.withLock { $0.loader }.makeAsyncIterator()
        guard let documents = try await iterator.next() else {
          if try startOver(&packer) { continue }
          break
        }
        add(documents, to: &packer)
      }
      try pack(&packer)
    }
    return try finish(packer)
  }

  /// The packer, nil at the end.
  private func take() -> SequencePacker? {
    state.withLock { state in
      defer { state.packer = nil }
      return packing.batchCount.map { state.batchCount >= $0 } == true ? nil : state.packer
    }
  }

  private func add(_ documents: Batch, to packer: inout SequencePacker) {
    packer.add(documents)
    if documents.rowCount > 0 { state.withLock { $0.hasDocuments = true } }
  }

  /// Begins the rank's documents again where a number of batches is asked for.
  private func startOver(_ packer: inout SequencePacker) throws(LoadingError) -> Bool {
    guard packing.batchCount != nil, state.withLock({ $0.hasDocuments && !$0.loader.isClosed }) else { return false }
    let loader = Loader(try LoaderCore(dataset: dataset.core, plan: state.withLock { $0.loader }.plan, options: options))
    state.withLock { $0.loader = loader }
    packer.startOver()
    return true
  }

  private func pack(_ packer: inout SequencePacker) throws(LoadingError) {
    do throws(BatchError) {
      try packer.pack()
    } catch {
      throw LoadingError(.sample, column: error.column, cause: error)
    }
  }

  /// Makes the batch of what is packed, and keeps the packer for the next one.
  private func finish(_ packed: consuming SequencePacker) throws(LoadingError) -> Batch? {
    var packer = packed
    let isLast = !packer.isFull
    if isLast { packer.finishSequence() }
    let count = packer.sequenceCount
    guard count > 0, !(isLast && packing.dropsLast && count < packer.batchSize), let assembly = ring.tryAcquire() else {
      return nil
    }
    do {
      let number = state.withLock { $0.batchCount }
      var writer = try BatchWriter(assembly, schema: schema, rowCount: count)
      try packer.write(to: &writer)
      var position = BatchPosition(epoch: start.epoch, batch: number, deliveredSampleCount: start.sampleInEpoch)
      position.packed = .init(sampleCount: packer.documentCount, elementCount: packer.tokenCount)
      let batch = try writer.finish(position)
      let kept = packer
      state.withLock { state in
        state.batchCount = number + 1
        if !isLast { state.packer = kept }
      }
      return batch
    } catch {
      throw LoadingError(.memory, cause: error)
    }
  }
}
