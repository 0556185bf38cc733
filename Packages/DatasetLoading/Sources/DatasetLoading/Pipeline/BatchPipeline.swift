/// What the loader does next: which batches are planned, wait for shards, can be assembled or are done.
///
/// A pure value. `Output` is what a finished batch is: a batch or the error that stands in its place. Batches are
/// numbered by position, 0, 1, 2, … in the order of delivery.
struct BatchPipeline<Output: Sendable>: Sendable {
  private enum Phase: UInt8, Sendable {
    case free, waiting, ready, assembling, done
  }

  /// How many batches are planned ahead of the consumer.
  let window: Int
  /// How many batches are assembled ahead of the consumer: the number of buffers in use besides those it holds.
  let depth: Int

  // Rings: position p lies in place p % window of each. Apart from one another, as most steps look at one of them alone.
  private var phases: [Phase]
  private var positions: [Int]
  private var plans: [PlannedBatch]
  /// The shards of each batch: a copy, as the plan itself goes to the thread that assembles it.
  private var shards: [[Int]]
  private var missingShards: [Int]
  private var outputs: [Output?]
  /// The next position to deliver.
  private(set) var head = 0
  /// One past the last planned position.
  private(set) var end = 0
  private var firstUnassigned = 0
  private var spare: [PlannedBatch] = []

  // Per shard, while a planned batch needs it.
  private var waitingFor: [Int: [Int]] = [:]
  private var needed: NeededShards
  /// The positions that the latest opening made ready.
  private(set) var readied: [Int] = []

  /// An empty pipeline; both numbers count at least 1.
  /// - Parameter tracksUnused: whether ``takeUnused()`` is going to be asked.
  init(window: Int, depth: Int, tracksUnused: Bool = false) {
    needed = NeededShards(tracksUnused: tracksUnused)
    self.depth = max(1, depth)
    self.window = max(self.depth, window)
    phases = Array(repeating: .free, count: self.window)
    positions = Array(repeating: -1, count: self.window)
    plans = Array(repeating: PlannedBatch(), count: self.window)
    shards = Array(repeating: [], count: self.window)
    missingShards = Array(repeating: 0, count: self.window)
    outputs = Array(repeating: nil, count: self.window)
  }

  /// Batches that are planned and not delivered yet.
  var plannedCount: Int { end - head }

  /// Batches that can be planned now.
  var plannableCount: Int { window - plannedCount }

  /// Appends batches to plan into, with memory of earlier ones.
  mutating func takeSpares(count: Int, into plans: inout [PlannedBatch]) {
    for _ in 0..<count { plans.append(spare.popLast() ?? PlannedBatch()) }
  }

  /// Adds the next position. Returns the shards that no planned batch needed before and that are not open.
  mutating func append(_ plan: consuming PlannedBatch) -> [Int] {
    precondition(plannableCount > 0, "plan at most plannableCount batches")
    let place = end % window
    shards[place].removeAll(keepingCapacity: true)
    shards[place].append(contentsOf: plan.shards)
    var wanted: [Int] = []
    var missing = 0
    for shard in plan.shards {
      needed.use(shard)
      guard !needed.isOpen(shard) else { continue }
      missing += 1
      if waitingFor[shard] == nil { wanted.append(shard) }
      waitingFor[shard, default: []].append(end)
    }
    phases[place] = missing == 0 ? .ready : .waiting
    positions[place] = end
    plans[place] = plan
    missingShards[place] = missing
    end += 1
    return wanted
  }

  /// Notes that a shard is open: batches that waited only for it become ready. Returns whether it was not open before.
  @discardableResult
  mutating func opened(_ shard: Int) -> Bool {
    let isNew = needed.open(shard)
    readied.removeAll(keepingCapacity: true)
    for position in waitingFor.removeValue(forKey: shard) ?? [] {
      let place = position % window
      // A batch that failed for another shard may have given its place to a later one.
      guard phases[place] != .free, positions[place] == position else { continue }
      missingShards[place] -= 1
      if missingShards[place] == 0, phases[place] == .waiting {
        phases[place] = .ready
        readied.append(position)
      }
    }
    return isNew
  }

  /// Makes a batch that is being assembled, and all that are ready and need the shard, wait for it to be opened again.
  /// - Returns: whether the shard counted as open.
  mutating func reopen(_ shard: Int, for failed: Int) -> Bool {
    let wasOpen = needed.close(shard)
    for position in head..<end {
      let place = position % window
      guard phases[place] != .free, shards[place].contains(shard) else { continue }
      switch phases[place] {
      // Waiting for another shard, it has counted this one as there; or this one is missing already.
      case .waiting where waitingFor[shard]?.contains(position) == true: continue
      case .waiting, .ready: break
      case .assembling where position == failed: break
      // What others are assembling right now they have opened themselves.
      case .assembling, .done, .free: continue
      }
      missingShards[place] += 1
      phases[place] = .waiting
      waitingFor[shard, default: []].append(position)
      firstUnassigned = min(firstUnassigned, position)
    }
    return wasOpen
  }

  /// Notes that a shard can't be had: the batches that need it end in `outputs(position)`.
  mutating func failed(_ shard: Int, output: (_ position: Int) -> Output) {
    for position in waitingFor.removeValue(forKey: shard) ?? [] {
      let place = position % window
      guard phases[place] == .waiting, positions[place] == position else { continue }
      phases[place] = .done
      outputs[place] = output(position)
      needed.release(shards[place])
    }
  }

  /// Forgets an open shard. Returns false, without effect, while a planned batch needs it.
  mutating func close(_ shard: Int) -> Bool {
    guard !needed.isNeeded(shard) else { return false }
    _ = needed.close(shard)
    return true
  }

  /// Shards that no planned batch needed any more at some time since the last call; some may be needed again.
  mutating func takeUnused() -> [Int] { needed.takeUnused() }

  /// The shards that are open, ascending.
  var openShards: [Int] { needed.open }

  /// The first shard, in order of need, that is missing and not among those that are on their way, and who needs it.
  func firstMissing(except known: Set<Int>) -> (shard: Int, position: Int)? {
    for position in head..<end {
      guard phases[position % window] == .waiting else { continue }
      for shard in shards[position % window] where !needed.isOpen(shard) && !known.contains(shard) {
        return (shard, position)
      }
    }
    return nil
  }

  /// The open shard whose first use by a batch that is not assembled yet is farthest, if that is later than `position`.
  func farthestOpen(after position: Int) -> Int? {
    var seen: Set<Int> = []
    var farthest: (shard: Int, position: Int)?
    for candidate in head..<end {
      let shards = self.shards[candidate % window]
      switch phases[candidate % window] {
      case .done, .free: continue
      case .assembling: seen.formUnion(shards)
      case .waiting, .ready:
        for shard in shards where needed.isOpen(shard) && seen.insert(shard).inserted {
          if candidate > position { farthest = (shard, candidate) }
        }
      }
    }
    // Being assembled later than where it was found first, it can't go.
    guard let farthest, !isBeingAssembled(farthest.shard) else { return nil }
    return farthest.shard
  }

  private func isBeingAssembled(_ shard: Int) -> Bool {
    (head..<end).contains { phases[$0 % window] == .assembling && shards[$0 % window].contains(shard) }
  }

  /// Whether some planned batch is ready, being assembled or not yet delivered.
  var isUnderWay: Bool {
    (head..<end).contains { position in
      switch phases[position % window] {
      case .ready, .assembling, .done: true
      case .free, .waiting: false
      }
    }
  }

  /// Moves up to `count` batches to assemble, in order, into `taken`; only within `depth` of the consumer.
  mutating func takeReady(count: Int, into taken: inout [ReadyBatch]) {
    let limit = min(end, head + depth)
    advanceFirstUnassigned()
    var position = max(firstUnassigned, head)
    let wanted = taken.count + count
    let before = taken.count
    while position < limit, taken.count < wanted {
      let place = position % window
      if phases[place] == .ready {
        phases[place] = .assembling
        // Out of here, so that the thread alone refers to its arrays, which are filled again later.
        var plan = PlannedBatch()
        swap(&plan, &plans[place])
        taken.append(ReadyBatch(position: position, plan: plan))
      } else if taken.count > before {
        break
      }
      position += 1
    }
  }

  /// Takes back the plan of a batch that could not be assembled now.
  mutating func putBack(_ plan: consuming PlannedBatch, at position: Int) {
    let place = position % window
    guard phases[place] == .assembling, positions[place] == position else { return }
    plans[place] = plan
  }

  /// Batches within `depth` of the consumer that no thread has taken yet, ready or not.
  mutating func unassignedCount() -> Int {
    advanceFirstUnassigned()
    return min(end, head + depth) - max(firstUnassigned, head)
  }

  /// Whether every planned batch is done or under way.
  mutating func isAllAssigned() -> Bool {
    advanceFirstUnassigned()
    return firstUnassigned == end
  }

  /// Whether no planned batch waits for a shard.
  var isNothingMissing: Bool { waitingFor.isEmpty }

  /// Batches from the consumer's next one on that are done or under way, up to the first that is not.
  var assignedCount: Int { max(0, firstUnassigned - head) }

  /// Whether ``takeReady(count:)`` would give something.
  var hasReady: Bool {
    var position = max(firstUnassigned, head)
    let limit = min(end, head + depth)
    while position < limit {
      if phases[position % window] == .ready { return true }
      position += 1
    }
    return false
  }

  /// Hands in an assembled batch, and its plan, whose memory is used again.
  mutating func assembled(_ position: Int, _ output: consuming Output, _ plan: consuming PlannedBatch) {
    let place = position % window
    guard phases[place] == .assembling, positions[place] == position else { return }
    phases[place] = .done
    outputs[place] = output
    plans[place] = plan
    needed.release(shards[place])
  }

  /// The output at the head, if it is done; it is removed.
  mutating func takeHead() -> Output? {
    let place = head % window
    guard head < end, phases[place] == .done else { return nil }
    phases[place] = .free
    var plan = PlannedBatch()
    swap(&plan, &plans[place])
    if spare.count < window {
      plan.removeAll()
      spare.append(plan)
    }
    head += 1
    return outputs[place].take()
  }

  /// Moves up to `count` outputs at the head that are done into `taken`, which is empty, the last one first.
  mutating func takeHeads(count: Int, into taken: inout [Output]) {
    while taken.count < count, let output = takeHead() { taken.append(output) }
    taken.reverse()
  }

  private mutating func advanceFirstUnassigned() {
    if firstUnassigned < head { firstUnassigned = head }
    while firstUnassigned < end {
      switch phases[firstUnassigned % window] {
      case .assembling, .done: firstUnassigned += 1
      case .free, .waiting, .ready: return
      }
    }
  }
}

/// A batch that a thread is to assemble.
struct ReadyBatch: Sendable {
  let position: Int
  var plan: PlannedBatch
}
