internal import BinaryIO
internal import ObjectStorage
internal import ShardCompression
internal import ShardFormats
internal import ShardHashing
internal import Synchronization
internal import Threading

/// Takes full shards and makes them safe: hashed, compressed, on disk, uploaded and confirmed; several at a time.
///
/// At most ``WriterOptions/concurrentShards`` shards and ``WriterOptions/memoryLimit`` bytes are under way: whoever brings
/// one more is suspended. The first failure stops everything. A shard counts only once it is safe, in whatever order that
/// happens. After ``abandon()`` has returned, nothing of this pipeline appears under a final name in the local directory.
final class ShardPipeline: Sendable {
  struct State {
    var failure: WritingError?
    var isAbandoned = false
    var underWay: [Int: Task<Void, Never>] = [:]
    /// Shards whose files are not made yet.
    var makingCount = 0
    var heldByteCount = 0
    var peakHeldByteCount = 0
    var safe: [Int: ShardInfo] = [:]
    var progress = WritingProgress()
  }

  let local: String?
  let store: (any ObjectStore)?
  let options: WriterOptions
  let journal: WriterJournal?
  /// Memory of shards whose files are made, for the next ones.
  let buffers = ShardBuffers(limit: makerCount)
  private let monitor: Monitor<State>
  /// One call of the progress closure at a time.
  private let reports = Mutex(())
  /// Hashing, compression and disk, for all writers of the process: more threads than processors would only swap.
  private static let pool = BlockingPool(name: "st-writing", threadCount: makerCount)
  private static let makerCount = max(2, BlockingPool.processorCount)

  /// - Parameter safe: shards that an interrupted writer left, by number from 0.
  init(
    local: String?, store: (any ObjectStore)?, options: WriterOptions, journal: WriterJournal?,
    safe: [ShardInfo]
  ) {
    self.local = local
    self.store = store
    self.options = options
    self.journal = journal
    var state = State()
    for (number, shard) in safe.enumerated() {
      state.safe[number] = shard
      state.progress.count(shard)
    }
    monitor = Monitor(state)
  }

  /// Takes a shard; suspends while too much is under way.
  /// - Parameter describe: makes the index's entry from the names, sizes and hashes of the files.
  /// - Throws: the first failure of any shard; `.cancelled`.
  func submit(_ shard: FullShard) async throws(WritingError) {
    let cost = shard.heldByteCount(compressing: options.compression != nil)
    do {
      let failure = try await monitor.waitAsync(until: .never, charging: StallCause("a shard to be safe")) {
        state -> WritingError?? in
        if let failure = state.failure { return .some(failure) }
        guard
          state.underWay.isEmpty
            || state.underWay.count < max(1, self.options.concurrentShards)
              // A shard that waits for a thread gains nothing by it, but needs memory that nobody has touched yet.
              && state.makingCount < Self.makerCount
              && state.heldByteCount + cost <= self.options.memoryLimit.value
        else { return nil }
        state.makingCount += 1
        state.heldByteCount += cost
        state.peakHeldByteCount = max(state.peakHeldByteCount, state.heldByteCount)
        state.underWay[shard.number] = Task { await self.process(shard, cost: cost) }
        return .some(nil)
      }
      if let failure { throw failure }
    } catch let error as WritingError {
      throw error
    } catch {
      throw .cancelled(local ?? "")
    }
  }

  /// Waits until every shard is safe.
  /// - Returns: all shards by number.
  func drain() async throws(WritingError) -> [ShardInfo] {
    let result: Result<[ShardInfo], WritingError>
    do {
      result = try await monitor.waitAsync(until: .never, charging: StallCause("the last shards to be safe"))
      { state in
        if let failure = state.failure { return .failure(failure) }
        guard state.underWay.isEmpty else { return nil }
        return .success((0..<state.safe.count).compactMap { state.safe[$0] })
      }
    } catch {
      throw .cancelled(local ?? "")
    }
    return try result.get()
  }

  /// Stops: cancels what is under way, forbids it to leave anything, and lets another writer into the directory.
  /// - Returns: the tasks that are ending.
  @discardableResult
  func abandon() -> [Task<Void, Never>] {
    let tasks = monitor.notifying { state in
      state.isAbandoned = true
      journal?.release()
      return Array(state.underWay.values)
    }
    for task in tasks { task.cancel() }
    return tasks
  }

  /// Whether no shard is safe.
  var isEmpty: Bool { monitor.withLock { $0.safe.isEmpty } }
  var failure: WritingError? { monitor.withLock { $0.failure } }
  /// The most bytes that were held at once.
  var peakHeldByteCount: Int { monitor.withLock { $0.peakHeldByteCount } }

  func reportFinish() {
    let progress = monitor.withLock { state in
      state.progress.isFinished = true
      return state.progress
    }
    reports.withLock { _ in options.progress?(progress) }
  }

  // MARK: One shard

  private func process(_ shard: FullShard, cost: Int) async {
    var held = cost
    var failure: WritingError?
    do throws(WritingError) {
      let made = try await make(shard)
      // What is on disk needs no memory any more; what is not keeps its own bytes until the store has them.
      let kept = local == nil ? made.storedByteCount : 0
      let freed = held - kept
      monitor.notifying { $0.heldByteCount -= freed }
      held = kept
      if let store {
        for file in made.files { try await upload(file, to: store) }
      }
      try await Self.pool.run { () throws(WritingError) in try self.settle(shard.number, made) }
    } catch {
      failure = error
    }
    let (rest, outcome) = (held, failure)
    monitor.notifying { state in
      state.heldByteCount -= rest
      state.underWay[shard.number] = nil
      if state.failure == nil { state.failure = outcome }
    }
    if outcome != nil { abandon() }
  }

  private func make(_ shard: FullShard) async throws(WritingError) -> MadeShard {
    defer { monitor.notifying { $0.makingCount -= 1 } }
    return try await Self.pool.run { () throws(WritingError) in try self.makeFiles(shard) }
  }

  /// Notes a safe shard, and removes its local files where they are not to stay.
  private func settle(_ number: Int, _ made: MadeShard) throws(WritingError) {
    let progress = try monitor.withLock { state throws(WritingError) in
      guard !state.isAbandoned else { throw .cancelled(local ?? "") }
      try journal?.add(made.info, number: number)
      state.safe[number] = made.info
      state.progress.count(made.info)
      return state.progress
    }
    if let local, store != nil, !options.keepLocal {
      try WritingError.files { () throws(FileError) in
        for file in made.files { try FileSystem.remove(local + "/" + file.name) }
      }
    }
    reports.withLock { _ in options.progress?(progress) }
  }

  /// Gives a written file its final name, unless the pipeline was abandoned.
  func publish(_ file: consuming AtomicFile) throws(WritingError) {
    // A rename under the lock: after `abandon()` has had the lock, no file of ours can appear any more.
    let ready = ReadyFile(file)
    try monitor.withLock { state throws(WritingError) in
      guard !state.isAbandoned else { throw .cancelled(local ?? "") }
      try WritingError.files { () throws(FileError) in try ready.commit(synchronize: options.synchronizes) }
    }
  }

  func checkRunning() throws(WritingError) {
    if monitor.withLock({ $0.isAbandoned }) { throw .cancelled(local ?? "") }
  }
}

/// A file on its way into a closure, which a value that is not copyable cannot take.
private final class ReadyFile {
  private var file: AtomicFile?
  init(_ file: consuming AtomicFile) { self.file = consume file }
  func commit(synchronize: Bool) throws(FileError) { try file.take()?.commit(synchronize: synchronize) }
}

extension WritingProgress {
  mutating func count(_ shard: ShardInfo) {
    sampleCount += shard.sampleCount
    shardCount += 1
    rawByteCount += shard.rawByteCount
    storedByteCount += shard.storedByteCount
  }
}
