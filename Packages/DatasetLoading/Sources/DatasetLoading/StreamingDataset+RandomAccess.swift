import BinaryIO
import SampleOrder
public import ShardFormats
import Threading

extension StreamingDataset {
  /// Calls `body` with a sample, as it lies in its shard: no copy, no allocation once the shard is open.
  ///
  /// Ids number the samples of all streams, without weights and shuffling; negative ones count from the end, -1 being the
  /// last. A shard that is not here is fetched first;
  /// the thread blocks for that, so tasks call ``fetchSample(at:)`` before, or use it instead.
  /// - Throws: ``LoadingError`` `.noSuchSample` for an id outside `-count ..< count`, `.shard` when its shard can't be had or
  ///   read, `.timedOut`; what `body` throws.
  @inlinable
  public func withSample<R>(at id: Int, _ body: (borrowing Sample) throws -> R) throws -> R {
    var result: R?
    try core.read(id) { sample throws in result = try body(sample) }
    guard let result else { preconditionFailure("a sample that was read gave its result") }
    return result
  }

  /// A sample's values by column; see ``withSample(at:_:)`` for the form without copies.
  public subscript(id: Int) -> [String: ColumnValue] {
    get throws { try withSample(at: id) { sample throws in try sample.values() } }
  }

  /// A part of the data set, its samples numbered from the range's lower bound as in the whole.
  /// - Throws: ``LoadingError`` `.noSuchSample` when the range is not all inside `0 ..< count`.
  public subscript(ids: Range<Int>) -> SampleRange {
    get throws(LoadingError) {
      guard ids.lowerBound >= 0, ids.upperBound <= count else {
        throw core.noSuchSample(ids.lowerBound < 0 ? ids.lowerBound : ids.upperBound - 1)
      }
      return SampleRange(dataset: self, ids: ids)
    }
  }

  /// The samples of these ids, in their order, as often as they are named: a list, or a `stride` as a slice with a step.
  /// - Throws: ``LoadingError`` as ``withSample(at:_:)``.
  public func values(at ids: some Sequence<Int>) throws -> [[String: ColumnValue]] { try ids.map { try self[$0] } }

  /// Python's `dataset[start:stop:step]`: bounds may be missing, negative ones count from the end, and what lies outside is
  /// cut off.
  /// - Throws: ``LoadingError`` `.configuration` for a step of 0; as ``withSample(at:_:)``.
  public func slice(from start: Int? = nil, to stop: Int? = nil, by step: Int = 1) throws -> [[String: ColumnValue]] {
    guard step != 0 else {
      throw LoadingError(.configuration, expected: "a step other than 0", found: "0", remedy: "give another step")
    }
    let limits = step > 0 ? 0...count : -1...(count - 1)
    func bound(_ given: Int?, _ missing: Int) -> Int {
      guard let given else { return missing }
      return min(max(given < 0 ? max(given, -count - 1) + count : given, limits.lowerBound), limits.upperBound)
    }
    let first = bound(start, step > 0 ? 0 : count - 1)
    return try values(at: Swift.stride(from: first, to: bound(stop, step > 0 ? count : -1), by: step))
  }

  /// Fetches a sample's shard if it is not here, without blocking a thread, and returns the sample's values.
  /// - Throws: ``LoadingError`` as ``withSample(at:_:)``.
  public func fetchSample(at id: Int) async throws -> [String: ColumnValue] {
    let (shard, _) = try core.location(of: id)
    // Opening may wait for who decompresses the shard, and reading for who fetches it anew.
    let core = core
    if try await BlockingPool.waiting.run({ () throws(LoadingError) in try core.openShards.openRecent(shard) == nil }) {
      try await core.fetch(shard, urgently: true)
    }
    let dataset = self
    return try await BlockingPool.waiting.run { try dataset[id] }
  }
}

/// Some samples of a data set, one after another.
public struct SampleRange: Sendable {
  let dataset: StreamingDataset
  /// The samples' ids.
  public let ids: Range<Int>

  /// The number of samples.
  public var count: Int { ids.count }

  /// A sample's values by column.
  /// - Throws: ``LoadingError`` `.noSuchSample` for an id outside of ``ids``.
  public subscript(id: Int) -> [String: ColumnValue] {
    get throws {
      guard ids.contains(id) else { throw dataset.core.noSuchSample(id) }
      return try dataset[id]
    }
  }

  /// The values of all samples, in order.
  public func values() throws -> [[String: ColumnValue]] { try ids.map { try dataset[$0] } }
}

extension DatasetCore {
  /// Calls `body` with a sample; see ``StreamingDataset/withSample(at:_:)``.
  @usableFromInline
  func read(_ id: Int, _ body: (borrowing Sample) throws -> Void) throws {
    let (shard, row) = try location(of: id)
    let open = try openBlocking(shard, sample: id)
    do {
      try open.read(row, body)
    } catch let error as FileError where error.code == .truncated {
      openShards.drop(open, shard)
      let (stream, number) = place(of: shard)
      throw LoadingError(.sample, stream: stream, shard: number, sample: id, cause: error)
    } catch let error as ShardError {
      let (stream, number) = place(of: shard)
      throw LoadingError(.sample, stream: stream, shard: number, sample: id, cause: error)
    }
  }

  func location(of id: Int) throws(LoadingError) -> (shard: Int, row: Int) {
    let count = shape.sampleCount
    guard id >= -count, id < count else { throw noSuchSample(id) }
    let location = shape.locator.location(of: id < 0 ? id + count : id)
    return (location.shard, location.row)
  }

  func noSuchSample(_ id: Int) -> LoadingError {
    LoadingError(
      .noSuchSample, sample: id, expected: "an id from -\(shape.sampleCount) up to \(shape.sampleCount), without it", found: "\(id)",
      remedy: "ask the data set for its count")
  }

  /// A shard that was there, or was just fetched, is not there any more.
  func vanished(_ shard: Int, sample id: Int? = nil) -> LoadingError {
    let (stream, number) = place(of: shard)
    return LoadingError(
      .shard, stream: stream, shard: number, sample: id, expected: "the shard in the cache", found: "nothing",
      remedy: "leave the cache directory alone while it is in use; raise cacheLimit if it has one")
  }

  /// The shard, fetched if it is not here. Blocks the thread meanwhile.
  func openBlocking(_ shard: Int, sample id: Int) throws(LoadingError) -> OpenShard {
    // Other processes may evict what was just fetched, and what turned out damaged is fetched again.
    for _ in 0..<8 {
      if let open = try openShards.openRecent(shard) { return open }
      try fetchBlocking(shard)
    }
    throw vanished(shard, sample: id)
  }

  private func fetchBlocking(_ shard: Int) throws(LoadingError) {
    let outcome = Monitor<Result<Void, LoadingError>?>(nil)
    let task = Task(executorPreference: TaskThreads.shared) { await self.fetch(shard, telling: outcome) }
    let (stream, number) = place(of: shard)
    let result: Result<Void, LoadingError>
    do throws(WaitError) {
      result = try outcome.wait(until: .after(options.fetchTimeout), charging: StallCause("a shard")) { $0 }
    } catch {
      task.cancel()
      throw LoadingError(
        .timedOut, stream: stream, shard: number, expected: "the shard within \(options.fetchTimeout)",
        found: "\(error)", remedy: "look for a stalled store; raise fetchTimeout if it is just slow", cause: error)
    }
    try result.get()
  }

  private func fetch(_ shard: Int, telling outcome: Monitor<Result<Void, LoadingError>?>) async {
    do throws(LoadingError) {
      try await fetch(shard, urgently: true)
      outcome.notifying { $0 = .success(()) }
    } catch {
      outcome.notifying { $0 = .failure(error) }
    }
  }
}
