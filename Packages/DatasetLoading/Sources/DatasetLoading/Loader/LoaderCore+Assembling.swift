import ColumnarBatch
import SampleOrder
import Threading

/// What loader threads do with batches whose shards are open.
extension LoaderCore {
  /// Assembles batches on this thread and hands them in.
  /// - Parameter before: what the thread was busy with until now; then, what it was busy with last.
  func assemble(
    _ run: [(position: Int, plan: PlannedBatch)], _ scratch: inout GatherScratch, _ thread: Int,
    _ before: inout LoadingStage
  ) {
    var done: [Assembled] = []
    done.reserveCapacity(run.count)
    var handedIn = clock.now
    for (position, plan) in run {
      let started = clock.now
      var decoded = started
      let output: LoaderState.Output
      do throws(GatherFailure) {
        let batch = try gatherer.gather(
          plan, into: try buffer(of: inputs), epoch: self.plan.position.epoch, &scratch)
        decoded = clock.now
        output = .success(try transformed(batch))
      } catch {
        if recover(from: error, at: position) { continue }
        output = .failure(error.error)
      }
      let times = AssemblyTimes(
        queuedBehind: before, started: started, decoded: decoded, finished: clock.now, thread: thread)
      before = times.finished - times.decoded > times.decoded - times.started ? .transform : .decode
      done.append(Assembled(position: position, output: output, times: times))
      // Together, as each hand-over costs; but nobody is to wait long for what is done.
      guard times.finished - handedIn > 100_000 else { continue }
      handIn(done)
      done.removeAll(keepingCapacity: true)
      handedIn = times.finished
    }
    handIn(done)
    if dataset.share != nil { closeUnused() }
  }

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

  private struct Assembled {
    let position: Int
    let output: LoaderState.Output
    let times: AssemblyTimes
  }

  /// Puts assembled batches in their places, and wakes the consumer if it can have one of them now.
  private func handIn(_ done: [Assembled]) {
    let isAwaited = monitor.withLock { state in
      var isAwaited = state.gate != nil
      for batch in done {
        state.stalls.assembled(batch.position, batch.times)
        state.pipeline.assembled(batch.position, batch.output)
        if batch.position == state.pipeline.head { isAwaited = true }
      }
      return isAwaited
    }
    if isAwaited { monitor.notifying { _ in } }
  }
}
