/// Batches that came off the pipeline together, on their way to the consumer one by one.
///
/// Small batches cost less than the lock that threads and consumer share; several are taken under it at a time. Their
/// moments are kept until the lock is taken the next time. A pure value.
struct Delivery: Sendable {
  /// When the consumer asked for a batch, and when it had it.
  struct Moment: Sendable {
    let position: Int
    let asked: Int64
    let delivered: Int64
  }

  // The next one last: taking it leaves nothing behind that would keep its memory.
  private var outputs: [LoaderState.Output] = []
  private var position = 0
  private var moments: [Moment] = []

  /// Takes up outputs, the next one last; those before must all have been given out.
  mutating func refill(_ outputs: consuming [LoaderState.Output], from position: Int) {
    self.outputs = outputs
    self.position = position
  }

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
    if moments.isEmpty { return [] }
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
    /// What comes after it, the next one last, and its first position.
    var others: [Output] = []
    var position = 0
    var concernsThreads = false
  }

  /// The next outputs for the consumer; nil when it has to wait.
  /// - Parameter moments: those of outputs taken before, to be noted first; empty after that.
  mutating func takeNext(asked: Int64, after moments: inout [Delivery.Moment], _ clock: LoaderClock) -> Taken? {
    if !moments.isEmpty {
      delivered(moments)
      moments = []
    }
    if isClosed { return Taken() }
    guard let output = pipeline.takeHead() else { return isFinished ? Taken() : nil }
    stalls.delivered(pipeline.head - 1, asked: asked, at: clock.now)
    var taken = Taken(output: output, position: pipeline.head)
    // Of a cache with a limit each batch counts, as its shards may go once it is out.
    if runLength > 1, gate == nil { taken.others = pipeline.takeHeads(count: runLength - 1) }
    taken.concernsThreads = concernsThreads()
    return taken
  }

  /// Notes when the consumer had what it took without the lock.
  mutating func delivered(_ moments: [Delivery.Moment]) {
    for moment in moments { stalls.delivered(moment.position, asked: moment.asked, at: moment.delivered) }
  }
}
