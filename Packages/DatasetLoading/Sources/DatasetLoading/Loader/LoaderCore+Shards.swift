import CachePlanning
import ObjectStorage
import SampleOrder
import ShardCaching
import Synchronization
import Threading

/// How shards come to a loader and go: opening, fetching, fetching again, closing.
extension LoaderCore {
  // MARK: Opening

  func open(_ shard: Int, _ thread: Int, wasFetched: Bool) {
    if dataset.skipped.contains(shard) {
      monitor.notifying { $0.openingCount -= 1 }
      leaveOut(shard)
      return
    }
    let started = clock.now
    // Held before it is looked at: another loader may let go of it just now.
    dataset.openShards.hold(shard)
    do throws(LoadingError) {
      if try dataset.openShards.open(shard) != nil {
        let (isNew, actions, concernsOthers) = monitor.withLock { state in
          state.openingCount -= 1
          state.pins[shard] = nil
          let isNew = state.pipeline.opened(shard)
          state.stalls.opened(
            shard, since: started, at: clock.now, thread: thread, readied: state.pipeline.readied)
          let actions = state.prefetch.handle(.installed(shard: shard))
          return (isNew, actions, !state.pipeline.readied.isEmpty || state.gate != nil)
        }
        // A batch often needs many shards, and waking everybody for each of them costs more than opening it.
        if concernsOthers { monitor.notifying { _ in } }
        if !isNew { dataset.openShards.letGo(shard) }
        if !wasFetched, let metrics = dataset.options.metrics { metrics.add(1, to: .cacheHits) }
        perform(actions)
        closeUnused()
      } else {
        dataset.openShards.letGo(shard)
        if !wasFetched, let metrics = dataset.options.metrics { metrics.add(1, to: .cacheMisses) }
        let byteCount = try dataset.missingByteCount(of: shard)
        perform(
          monitor.notifying { state in
            state.openingCount -= 1
            // Fetched before, it was set aside as damaged: the planner takes it for installed.
            let others = state.prefetch.handle(.released(shard: shard))
            return others + state.prefetch.handle(.needed(shard: shard, byteCount: max(1, byteCount)))
          })
      }
    } catch {
      dataset.openShards.letGo(shard)
      monitor.notifying { $0.openingCount -= 1 }
      fail(shard, error)
    }
  }

  /// Has a shard fetched again that turned out damaged while it was read, or is not there any more, if the cache can.
  /// - Returns: whether it is on its way; the batches that need it wait for it, the failed one among them.
  func recover(from failure: GatherFailure, at position: Int, _ plan: PlannedBatch) -> Bool {
    guard let shard = failure.shard else { return false }
    let (stream, number) = dataset.place(of: shard)
    // Where nothing can be fetched again, every batch that fails fails for what it met itself.
    guard dataset.streams[stream].cache.store != nil else { return false }
    // Several batches may fail for the same mapping: the first one takes the shard out of the cache.
    if let open = failure.open {
      guard !dataset.openShards.drop(open, shard)
        || (try? dataset.streams[stream].cache.quarantine(number)) == true
      else { return false }
    } else {
      guard monitor.withLock({ $0.countVanishing(of: shard) }) <= Self.vanishingLimit else { return false }
    }
    if let metrics = dataset.options.metrics { metrics.add(1, to: .damagedShards) }
    let (wasOpen, actions) = monitor.notifying { state in
      state.pipeline.putBack(plan, at: position)
      let wasOpen = state.pipeline.reopen(shard, for: position)
      state.fetchedQueue.append(shard)
      return (wasOpen, state.prefetch.handle(.released(shard: shard)))
    }
    if wasOpen { dataset.openShards.letGo(shard) }
    perform(actions)
    return true
  }

  /// So often may somebody remove a shard between its fetch and its use, as in random access.
  private static let vanishingLimit = 8

  // MARK: Closing

  /// Closes shards that no planned batch needs: all of them where the cache has a limit, else when too many are open.
  func closeUnused() {
    let candidates = dataset.share == nil ? dataset.openShards.surplus() : monitor.withLock { $0.pipeline.takeUnused() }
    guard !candidates.isEmpty else { return }
    var closed: [Int] = []
    for shard in candidates {
      let actions: [PrefetchPlanner.Action]? = monitor.notifying { state in
        guard state.pipeline.close(shard) else { return nil }
        state.gate?.release(shard)
        return state.prefetch.handle(.released(shard: shard))
      }
      guard let actions else { continue }
      close(shard)
      closed.append(shard)
      perform(actions)
    }
    tellFuture(of: closed)
  }

  /// Closes a shard for another one; the batches that need it wait for it again.
  func makeRoom(closing shard: Int) {
    close(shard)
    tellFuture(of: [shard], isPlanned: true)
    monitor.notifying { _ in }
  }

  private func close(_ shard: Int) {
    dataset.openShards.letGo(shard)
    if dataset.share == nil { dataset.openShards.close(shard) }
  }

  private func tellFuture(of shards: [Int], isPlanned: Bool = false) {
    guard let forecast = dataset.forecast else { return }
    let (position, end) = monitor.withLock { ($0.pipeline.head, $0.pipeline.end) }
    let epoch = plan.position.epoch
    forecast.advance(epoch: epoch, batch: firstBatch + position)
    for shard in shards {
      let (stream, number) = dataset.place(of: shard)
      forecast.released(shard, stream: stream, number: number, epoch: epoch, plannedUpTo: firstBatch + (isPlanned ? position : end))
    }
  }

  /// Lets go of all shards, once no thread reads them any more.
  func closeAll() {
    for shard in monitor.withLock({ $0.pipeline.openShards }) { dataset.openShards.letGo(shard) }
    monitor.withLock { $0.pins.removeAll() }
  }

  // MARK: Fetching

  func perform(_ actions: [PrefetchPlanner.Action]) {
    for case .fetch(let shard) in actions {
      // Started under the lock, so that closing finds every task that runs.
      monitor.withLock { state in
        guard !state.isClosed else { return }
        state.stalls.fetchStarted(shard, at: clock.now)
        state.fetches[shard] = Task(executorPreference: TaskThreads.shared) { [self] in await fetch(shard) }
      }
    }
  }

  private func fetch(_ shard: Int) async {
    let start = ContinuousClock.now
    do throws(LoadingError) {
      // Held until the shard is open: what was just fetched must not be evicted before.
      let dataset = dataset
      let pin = try await BlockingPool.shared.run { () throws(LoadingError) in try dataset.pin(shard) }
      let (moved, decompressing) = try await dataset.fetch(shard)
      let actions = monitor.notifying { state in
        state.stalls.fetchEnded(
          shard, byteCount: moved, decompressing: LoaderClock.nanoseconds(decompressing), at: clock.now)
        state.fetched(shard, pin: pin, byteCount: dataset.storedByteCount(of: shard), since: start)
        return state.prefetch.handle(.installed(shard: shard))
      }
      perform(actions)
    } catch {
      monitor.notifying { state in
        state.stalls.fetchEnded(shard, byteCount: nil, at: clock.now)
        state.fetches[shard] = nil
      }
      fail(shard, error)
    }
  }

  /// Lets the batches that need a shard go on without it.
  private func leaveOut(_ shard: Int) {
    let actions = monitor.notifying { state in
      state.pins[shard] = nil
      state.pipeline.opened(shard)
      state.gate?.release(shard)
      return state.prefetch.handle(.failed(shard: shard))
    }
    perform(actions)
  }

  private func fail(_ shard: Int, _ error: LoadingError) {
    if dataset.skip(shard, for: error) {
      leaveOut(shard)
      return
    }
    let actions = monitor.notifying { state in
      state.hasFailed = true
      state.pipeline.failed(shard) { _ in .failure(error) }
      state.gate?.release(shard)
      return state.prefetch.handle(.failed(shard: shard))
    }
    perform(actions)
  }
}

extension LoaderState {
  /// A shard is in the cache now: it is opened next, and the rate tells how many fetches at once are worth it.
  mutating func fetched(_ shard: Int, pin: ShardPin?, byteCount: Int, since start: ContinuousClock.Instant) {
    let wasFull = prefetch.isFull
    fetches[shard] = nil
    if !isClosed { pins[shard] = pin }
    fetchedQueue.append(shard)
    let now = Self.clockStart.duration(to: .now)
    tuner.ended(
      byteCount: byteCount,
      at: Double(now.components.seconds) + Double(now.components.attoseconds) / 1e18, wasFull: wasFull)
    prefetch.limits.concurrentFetches = tuner.concurrency
  }

  private static let clockStart = ContinuousClock.now
}
