import ColumnarBatch
import SampleOrder
import Threading

/// What loader threads do with batches whose shards are open.
extension LoaderCore {
  /// Assembles batches on this thread and hands them in; leaves `run` empty.
  /// - Parameter before: what the thread was busy with until now; then, what it was busy with last.
  func assemble(
    _ run: inout AssemblyRun, _ scratch: inout GatherScratch, _ thread: Int, _ before: inout LoadingStage
  ) {
    var handedIn = clock.now
    for place in run.ready.indices {
      let position = run.ready[place].position
      // Out of the array: what is handed in must be the only reference to the plan's arrays.
      var plan = PlannedBatch()
      swap(&plan, &run.ready[place].plan)
      let started = clock.now
      var decoded = started
      let output: LoaderState.Output
      do throws(GatherFailure) {
        let batch = try gatherer.gather(
          plan, into: try buffer(of: inputs), epoch: self.plan.position.epoch, &scratch)
        decoded = clock.now
        output = .success(try transformed(batch))
      } catch {
        if recover(from: error, at: position, plan) { continue }
        output = .failure(error.error)
      }
      let times = AssemblyTimes(
        queuedBehind: before, started: started, decoded: decoded, finished: clock.now, thread: thread)
      before = times.finished - times.decoded > times.decoded - times.started ? .transform : .decode
      run.done.append(
        AssemblyRun.Assembled(position: position, output: consume output, plan: consume plan, times: times))
      // Together, as each hand-over costs; but nobody is to wait long for what is done.
      guard times.finished - handedIn > Self.handInInterval else { continue }
      handIn(&run.done)
      handedIn = times.finished
    }
    handIn(&run.done)
    run.ready.removeAll(keepingCapacity: true)
    if dataset.share != nil { closeUnused() }
  }

  /// Nanoseconds for which a thread may keep batches that are done. Waking the consumer costs tens of microseconds of
  /// processor time where it has to take a processor from a loader thread.
  private static let handInInterval: Int64 = 250_000

  private func buffer(of ring: BufferRing) throws(GatherFailure) -> BatchAssembly {
    guard let assembly = ring.tryAcquire() else {
      throw GatherFailure(LoadingError(.cancelled, expected: "a buffer", found: "a closed loader"))
    }
    return assembly
  }

  /// What the user's transform makes of a batch.
  private func transformed(_ batch: Batch) throws(GatherFailure) -> Batch {
    guard let transform = options.transform else { return batch }
    let assembly = try buffer(of: ring)
    do {
      var writer = try BatchWriter(assembly, schema: transform.schema, rowCount: batch.rowCount)
      try writer.setSampleIDs(batch.sampleIDs)
      try transform.body(batch, &writer)
      return try writer.finish(batch.position)
    } catch {
      throw GatherFailure(LoadingError(transform: error, batch: batch.position.batch))
    }
  }

  /// Puts assembled batches in their places, and wakes the consumer if it can have one of them now.
  private func handIn(_ done: inout [AssemblyRun.Assembled]) {
    let isAwaited = monitor.withLock { state in
      var isAwaited = state.gate != nil
      for place in done.indices {
        var plan = PlannedBatch()
        swap(&plan, &done[place].plan)
        let position = done[place].position
        state.stalls.assembled(position, done[place].times)
        state.pipeline.assembled(position, done[place].output, plan)
        if position == state.pipeline.head { isAwaited = true }
      }
      return isAwaited
    }
    // The consumer may have the batches, and be done with them: nothing here is to keep their buffers.
    done.removeAll(keepingCapacity: true)
    if isAwaited { monitor.notifying { _ in } }
  }
}

/// The batches that a loader thread has in hand, in arrays that it uses again.
struct AssemblyRun {
  struct Assembled {
    let position: Int
    let output: LoaderState.Output
    var plan: PlannedBatch
    let times: AssemblyTimes
  }

  var ready: [ReadyBatch] = []
  /// Whether the thread counts as one that assembles.
  var isAssembling = false
  /// Whether the next epoch has a thread for this one.
  var isLent = false
  /// Whether that is still to be told, before the batches are assembled.
  var isLentFirst = false
  fileprivate var done: [Assembled] = []
}
