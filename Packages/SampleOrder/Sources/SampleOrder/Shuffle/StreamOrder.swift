/// The epoch's order of one set of shuffle units, readable at any position; keeps what it produced last.
struct StreamOrder<Index: SampleIndex>: PositionLookup {
  /// Two blocks per canonical node: a rank's padding steps back a little, at times across a border.
  private struct Cache {
    var latest = OrderedBlock<Index>()
    var before = OrderedBlock<Index>()
  }

  private let nodesPerSample: Double
  /// The first position of each canonical node, and the end.
  private let starts: [Int]
  private let canonicalNodes: Int
  private var order: any BlockOrder<Index>
  private var caches: [Cache]
  private let keeping: OrderKeeping<Index>?
  /// The order where it is kept already: then it is read, and not made.
  private var kept: KeptIds<Index>?
  /// Positions from which on a run is worth a second thread.
  var threshold = ShuffleAhead.threshold

  init(units: UnitTable, shuffle: ShuffleSettings, archive: (any OrderArchive)? = nil) throws(ConfigurationError) {
    let count = units.total
    nodesPerSample = Double(shuffle.canonicalNodes) / Double(count)
    starts = (0...shuffle.canonicalNodes).map { $0 * count / shuffle.canonicalNodes }
    canonicalNodes = shuffle.canonicalNodes
    let (nodes, seed, epoch) = (shuffle.canonicalNodes, shuffle.seed, shuffle.epoch)
    switch shuffle.algorithm {
    case .none: order = Unshuffled<Index>(units: units)
    case .naive: order = Naive<Index>(units: units, seed: seed, epoch: epoch)
    case .py1s: order = Py1s<Index>(units: units, canonicalNodes: nodes, seed: seed, epoch: epoch)
    case .py2s: order = Py2s<Index>(units: units, canonicalNodes: nodes, seed: seed, epoch: epoch)
    case .feistel:
      order = try Feistel<Index>(
        units: units, canonicalNodes: nodes, seed: seed, epoch: epoch, blockSize: shuffle.blockSize)
    case .py1br:
      order = try Py1br<Index>(
        units: units, canonicalNodes: nodes, seed: seed, epoch: epoch, blockSize: shuffle.blockSize)
    case .py1e:
      let nodesRead = shuffle.nodesRead ?? nodes
      if Index.bitWidth == 32 {
        order = try Py1e<Index, UInt64>(
          units: units, canonicalNodes: nodes, seed: seed, epoch: epoch, blockSize: shuffle.blockSize, nodesRead: nodesRead)
      } else {
        order = try Py1e<Index, UInt128>(
          units: units, canonicalNodes: nodes, seed: seed, epoch: epoch, blockSize: shuffle.blockSize, nodesRead: nodesRead)
      }
    }
    caches = [Cache](repeating: Cache(), count: canonicalNodes)
    var keeping = OrderKeeping<Index>(units: units, shuffle: shuffle, archive: archive)
    kept = keeping?.found()
    if shuffle.algorithm == .naive, kept == nil, let now = keeping {
      let naive = Naive<Index>(units: units, seed: seed, epoch: epoch)
      var isGiven = false
      kept = now.keep(waits: true) {
        defer { isGiven = true }
        return isGiven ? nil : naive.block(at: 0, node: 0).ids
      }
      // What was made for the archive is let go of, unless it could not be kept, which is not tried again.
      if kept == nil { (order, keeping) = (naive, nil) }
    }
    self.keeping = keeping
  }

  var isToBeKept: Bool { keeping != nil && kept == nil }

  @specialized(where Index == UInt32)
  mutating func keepWhole(isCancelled: () -> Bool) {
    guard let keeping, kept == nil else { return }
    // In the background, on this thread alone.
    threshold = .max
    var next = 0
    _ = keeping.keep(waits: false) {
      if isCancelled() { throw CancellationError() }
      guard next < starts[canonicalNodes] else { return nil }
      let end = min(next + 1 << 17, starts[node(of: next) + 1])
      let run = PositionRun(first: next, step: 1, count: end - next)
      let ids = [Int64](capacity: end - next) { out in appendIds(run, to: &out) }
      next = end
      return ids.map { Index(truncatingIfNeeded: $0) }
    }
  }

  @specialized(where Index == UInt32)
  mutating func translate(_ positions: inout MutableSpan<Int64>) {
    var index = 0
    while index < positions.count {
      let position = Int(positions[index])
      if position < 0 {
        index += 1
        continue
      }
      // Positions within the same block follow one another when there is one canonical node.
      let block = block(at: position)
      let ids = block.ids.span
      repeat {
        let place = Int(positions[index]) - block.start
        guard place >= 0, place < ids.count else { break }
        positions[index] = Int64(truncatingIfNeeded: ids[place])
        index += 1
      } while index < positions.count
    }
  }

  /// A long run of positions after those that are there already is left to the algorithm, which may use two threads.
  @specialized(where Index == UInt32)
  mutating func appendIds(_ positions: PositionRun, to out: inout OutputSpan<Int64>) {
    var run = positions
    var isOnTwoThreads = false
    while run.remaining > 0 {
      let node = node(of: run.next)
      if caches[node].latest.contains(run.next) {
        run.take(from: caches[node].latest, to: &out)
      } else if !isOnTwoThreads, kept == nil, run.range.count >= threshold, self.node(of: run.last) == node {
        isOnTwoThreads = true
        if let block = order.appendIds(&run, node: node, to: &out) {
          caches[node] = Cache(latest: block)
        }
      } else {
        run.take(from: block(at: run.next), to: &out)
      }
    }
  }

  private mutating func block(at position: Int) -> OrderedBlock<Index> {
    let node = node(of: position)
    if caches[node].latest.contains(position) { return caches[node].latest }
    if caches[node].before.contains(position) { return caches[node].before }
    caches[node].before = caches[node].latest
    caches[node].latest = keptBlock(at: position) ?? order.block(at: position, node: node)
    return caches[node].latest
  }

  private mutating func keptBlock(at position: Int) -> OrderedBlock<Index>? {
    guard let kept else { return nil }
    if let block = kept.block(at: position) { return block }
    // Damaged since it was found: made again from here on.
    keeping?.discard()
    self.kept = nil
    return nil
  }

  /// The canonical node that a position belongs to: an estimate that is off by one at most, put right.
  private func node(of position: Int) -> Int {
    if canonicalNodes == 1 { return 0 }
    var node = min(Int(Double(position) * nodesPerSample), canonicalNodes - 1)
    while starts[node] > position { node -= 1 }
    while starts[node + 1] <= position { node += 1 }
    return node
  }
}

/// An order of samples that is asked by position.
protocol PositionLookup: Sendable {
  /// Replaces each position by the sample id there; negative ones stay.
  mutating func translate(_ positions: inout MutableSpan<Int64>)
  /// Appends the sample ids of equally spaced positions of one canonical node.
  mutating func appendIds(_ positions: PositionRun, to out: inout OutputSpan<Int64>)
  /// Whether there is an archive that the order is worth keeping in, and does not have it.
  var isToBeKept: Bool { get }
  /// Keeps the whole order in the archive where that lets a run resume sooner; nothing where it is kept already.
  mutating func keepWhole(isCancelled: () -> Bool)
}

/// What a shuffle depends on besides the units.
struct ShuffleSettings: Sendable, Hashable {
  var algorithm: ShuffleAlgorithm
  var canonicalNodes: Int
  var seed: ShuffleSeed
  var epoch: Int
  var blockSize: Int
  /// Of how many canonical nodes a reader takes samples in turn, where fewer than all; no part of the order.
  var nodesRead: Int?
}

/// Makes the order of an epoch's units, with indices as narrow as its ids allow.
/// - Parameter idCount: all ids that come out are below this.
/// - Parameter archive: where what is worked out for the whole epoch is kept, if anywhere.
/// - Throws: ``ConfigurationError`` for settings that the algorithm cannot work with.
func streamOrder(
  units: UnitTable, idCount: Int, shuffle: ShuffleSettings, archive: (any OrderArchive)? = nil
) throws(ConfigurationError) -> any PositionLookup {
  guard units.total > 0 else {
    throw ConfigurationError(
      .tooFewSamples, parameter: "samples", expected: "at least one", found: "none",
      remedy: "Give the stream a larger weight")
  }
  guard (1...maximumCanonicalNodes).contains(shuffle.canonicalNodes) else {
    throw .outOfRange(
      "num_canonical_nodes", expected: "between 1 and \(maximumCanonicalNodes)", found: shuffle.canonicalNodes)
  }
  _ = try product(units.total + 1, shuffle.canonicalNodes, naming: "num_canonical_nodes")
  // Both the ids and the numbers of the epoch must fit.
  if max(idCount, units.total) < Int(UInt32.max) {
    return try StreamOrder<UInt32>(units: units, shuffle: shuffle, archive: archive)
  }
  return try StreamOrder<Int>(units: units, shuffle: shuffle, archive: archive)
}

/// Upstream's `get_shuffle`: for each position of an epoch, which of the units' samples comes there.
///
/// Made whole; a plan makes the same order a block at a time.
/// - Parameter unitSizes: samples of each shuffle unit, a shard or part of one; their sum is the length of the result.
/// - Throws: ``ConfigurationError`` `.outOfRange` for a block size too small for the algorithm, `.tooFewSamples` when
///   py1e leaves a canonical node without samples.
public func shuffledOrder(
  _ algorithm: ShuffleAlgorithm, unitSizes: [Int], canonicalNodes: Int, seed: ShuffleSeed, epoch: Int,
  blockSize: Int = 1 << 18
) throws(ConfigurationError) -> [Int] {
  guard epoch >= 0 else { throw .outOfRange("epoch", expected: "a non-negative integer", found: epoch) }
  let units = try UnitTable(sizes: unitSizes)
  if units.total == 0, algorithm != .py1e { return [] }
  var order = try streamOrder(
    units: units, idCount: units.total,
    shuffle: ShuffleSettings(
      algorithm: algorithm, canonicalNodes: canonicalNodes, seed: seed, epoch: epoch, blockSize: blockSize))
  var ids = [Int64](0..<Int64(units.total))
  var span = ids.mutableSpan
  order.translate(&span)
  return ids.map(Int.init)
}
