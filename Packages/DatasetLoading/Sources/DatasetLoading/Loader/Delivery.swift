/// Batches that came off the pipeline together, on their way to the consumer one by one.
///
/// Small batches cost less than the lock that threads and consumer share; several are taken under it at a time. Their
/// moments are kept until the lock is taken the next time. A pure value, whose memory is used again.
struct Delivery: Sendable {
  /// When the consumer asked for a batch, and when it had it.
  struct Moment: Sendable {
    let position: Int
    let asked: Int64
    let delivered: Int64
  }

  // The next one last: taking it leaves nothing behind that would keep its memory.
  fileprivate var outputs: [LoaderState.Output] = []
  fileprivate var position = 0
  fileprivate var moments: [Moment] = []

  /// The next output, nil when there is none at hand.
  mutating func take(asked: Int64, at now: Int64) -> LoaderState.Output? {
    guard let output = outputs.popLast() else { return nil }
    moments.append(Moment(position: position, asked: asked, delivered: now))
    position += 1
    return output
  }

  /// Drops what was not given out.
  /// - Returns: whether there was something.
  mutating func close() -> Bool {
    defer { outputs = [] }
    return !outputs.isEmpty
  }

  /// The moments since the last call.
  mutating func takeMoments() -> [Moment] {
    var taken: [Moment] = []
    swap(&taken, &moments)
    return taken
  }
}

extension LoaderState {
  /// What the consumer gets.
  struct Taken: Sendable {
    /// Nil at the end.
    var output: Output?
    var concernsThreads = false
  }

  /// The next output for the consumer, and what comes right after it into `held`; nil when it has to wait.
  /// - Parameter held: all given out; its moments are noted first.
  mutating func takeNext(asked: Int64, _ held: inout Delivery, _ clock: LoaderClock) -> Taken? {
    delivered(held.moments)
    held.moments.removeAll(keepingCapacity: true)
    if isClosed { return Taken() }
    guard let output = pipeline.takeHead() else { return isFinished ? Taken() : nil }
    stalls.delivered(pipeline.head - 1, asked: asked, at: clock.now)
    held.position = pipeline.head
    // Of a cache with a limit each batch counts, as its shards may go once it is out.
    if runLength > 1, gate == nil { pipeline.takeHeads(count: runLength - 1, into: &held.outputs) }
    return Taken(output: output, concernsThreads: concernsThreads())
  }

  /// Notes when the consumer had what it took without the lock.
  mutating func delivered(_ moments: [Delivery.Moment]) {
    for moment in moments { stalls.delivered(moment.position, asked: moment.asked, at: moment.delivered) }
  }
}
